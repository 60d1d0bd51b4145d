"""The expression language by example: what it takes, what it means, what it refuses and where it points."""

from __future__ import annotations

from datetime import date

import pytest

from tenure.measures.language import ExpressionError, explain, parse
from tenure.measures.language.evaluation import like
from tenure.measures.tests.language_drawing import CATALOGUE, COLUMNS

ROW: dict[str, object] = {
    **dict.fromkeys(COLUMNS),
    "as_of": date(2024, 12, 31),
    "mrr": 1200.0,
    "seats": 0,
    "name": "Acme GmbH",
    "plan": "Pro",
    "is_trial": False,
    "renewal_on": date(2025, 1, 10),
    "logins_28d": 6.0,
    "logins_28d__previous": 10.0,
    "logins_28d__change": -0.4,
    "t__plan": "pro",
    "t__Company Size": 250,
    "t__tags": ["Beta", "Reference"],
}


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("mrr >= 1000 and change(logins_28d) < -0.3 and plan in ('Pro','Enterprise')", True),
        ("MRR >= 1000 AND Plan = 'Pro'", True),
        ("plan = 'pro'", False),
        ("trait.plan = 'pro'", True),
        ("lower(plan) = trait.plan", True),
        ('"Company Size" between 200 and 300', True),
        ("mrr / seats > 1", None),
        ("mrr / seats is unknown", True),
        ("1 / (1 / seats) is unknown", True),
        ("mrr * 1e308 * 10 > 0", None),
        ("people_28d > 3", None),
        ("people_28d > 3 or mrr > 1", True),
        ("people_28d > 3 and mrr < 1", False),
        ("not people_28d > 3", None),
        ("people_28d in (1, 2)", None),
        ("coalesce(people_28d, 0) = 0", True),
        ("previous(logins_28d) - logins_28d = 4", True),
        ("days_until(renewal_on) = 10", True),
        ("days_since(renewal_on) = -10", True),
        ("days_since(started_on) > 3", None),
        ("renewal_on > today()", True),
        ("renewal_on = '2025-01-10'", True),
        ("renewal_on between date '2025-01-01' and '2025-01-31'", True),
        ("name like 'Acme%'", True),
        ("name like 'acme%'", False),
        ("name ilike 'acme%'", True),
        ("name not like '%Ltd'", True),
        ("contains(name, 'GmbH')", True),
        ("starts_with(name, 'GmbH')", False),
        ("has(tags, 'Beta')", True),
        ("has(tags, 'beta')", False),
        ("has(aliases, 'Beta')", False),
        ("not has(aliases, 'Beta')", True),
        ("tags is not unknown and aliases is unknown", True),
        ("is_trial", False),
        ("not is_trial", True),
        ("is_trial is not true", True),
        ("trait.in is true", False),
        ("trait.in", None),
        ("mrr > 1 -- a comment\n and /* another */ plan = 'Pro'", True),
        ("mrr == 1200 and mrr <> 3", True),
        ("mrr > .5 and mrr < 1_300.5e0", True),
        ("mrr + 2 * -3 = 1194", True),
        ("-mrr < -(3 - 5)", True),
        ("(mrr > 3) = (seats > 3)", False),
        ("'Pro' in ('Pro')", True),
        ("1 < 2", True),
    ],
)
def test_meaning(text: str, truth: bool | None) -> None:
    assert parse(text, CATALOGUE).holds(ROW) is truth


NOT_A_DAY = " is not a day; days are written '2024-01-31'."
NO_DAYS = "Days are not added or subtracted: use days_since(…) or days_until(…)."
NOT_EXPECTED = "This is not expected here: an operator such as ‘and’ or ‘=’ is missing before it."


@pytest.mark.parametrize(
    ("text", "points_at", "suggestion", "message"),
    [
        ("logns_28d > 3", "logns_28d", "logins_28d", "No measure, field or trait is called ‘logns_28d’."),
        ("mrr > 1 adn is_trial", "adn", "and", "No measure, field or trait is called ‘adn’."),
        ("trait.pln = 'x'", "trait.pln", "trait.plan", "No measure, field or trait is called ‘trait.pln’."),
        ("chnge(logins_28d) > 1", "chnge", "change", "There is no function ‘chnge’."),
        ("change(mrr) > 1", "mrr", None, "change(m) takes a measure; ‘mrr’ is not counted over a window."),
        ("previous(mrr + 1) > 1", "mrr + 1", None, "previous(m) takes the name of a measure."),
        ("mrr > 'x'", "'x'", None, "This is a text and cannot be compared with a number."),
        ("plan > 3", "3", None, "This is a number and cannot be compared with a text."),
        ("plan in ('a', 3)", "3", None, "This is a number and cannot be compared with a text."),
        ("plan + 1 > 2", "plan", None, "Arithmetic takes a number; this is a text."),
        ("mrr and is_trial", "mrr", None, "‘and’, ‘or’, ‘not’ and ‘is true’ take yes or no; this is a number."),
        ("renewal_on < '31.12.24'", "'31.12.24'", None, "‘31.12.24’ is not a day; days are written '2024-01-31'."),
        ("renewal_on < '2024-02-31'", "'2024-02-31'", None, "‘2024-02-31’" + NOT_A_DAY),
        ("renewal_on < '2024-W01'", "'2024-W01'", None, "‘2024-W01’" + NOT_A_DAY),
        ("renewal_on - today() > 3", "renewal_on", None, NO_DAYS),
        ("mrr", "mrr", None, "This is a number; an expression says yes or no, as in ‘mrr > 0’."),
        ("plan", "plan", None, "This is a text; an expression says yes or no: compare it with something."),
        ("mrr > 3 and", "and", None, "Something is missing after ‘and’."),
        ("mrr > > 3", ">", None, "Something is missing before ‘>’."),
        ("and mrr > 3", "and", None, "Something is missing before ‘and’."),
        ("mrr > 3 is_trial", "is_trial", None, NOT_EXPECTED),
        ("(mrr > 3", "(", None, "This bracket is never closed."),
        ("mrr > 3)", ")", None, "This bracket closes nothing."),
        ("mrr in ()", "()", None, "There is nothing in these brackets."),
        ("plan in ('a', )", ")", None, "Something is missing before this ‘)’."),
        ("plan in 'Pro'", "plan in 'Pro'", None, "‘in’ takes a list, as in ('Pro', 'Enterprise')."),
        ("plan in (name)", "name", None, "A list holds constants only, as in ('Pro', 'Enterprise')."),
        ("mrr > (1, 2)", ",", None, "A comma stands only in a list or between arguments."),
        ("mrr between 3", "between", None, "‘between’ takes two bounds, as in ‘between 1 and 5’."),
        ("is_trial < true", "is_trial < true", None, "Yes and no have no order: ‘<’ cannot compare them."),
        ("plan = null", "null", None, "Unknown is not a value: write ‘x is unknown’."),
        ("plan is 'Pro'", "'Pro'", None, "After ‘is’ stands unknown, true or false."),
        ("name like plan", "plan", None, "‘like’ takes a text such as 'Acme%' (% is any text, _ any character)."),
        ("lower() = 'x'", "lower()", None, "lower(t) takes one argument, not 0."),
        ("coalesce(mrr) = 1", "coalesce(mrr)", None, "coalesce(x, y, …) takes 2 arguments, not 1."),
        ("coalesce(mrr, 'x') = 1", "'x'", None, "coalesce takes values of one type, here a number; this is a text."),
        ("today(1) > renewal_on", "today(1)", None, "today() takes nothing between its brackets, not 1."),
        ("mrr > 1e400", "1e400", None, "‘1e400’ is too large a number."),
        ("trait. > 3", ".", None, "A name is missing after the dot."),
        ("", "", None, "The expression is empty."),
        ("  -- nothing", "  -- nothing", None, "The expression is empty."),
    ],
)  # fmt: skip
def test_an_error_points_at_the_word(text: str, points_at: str, suggestion: str | None, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text, CATALOGUE)
    error = caught.value
    said = f"{message} Did you mean {suggestion}?" if suggestion else message
    assert (text[error.start : error.end], error.suggestion, error.message) == (points_at, suggestion, said)
    assert (error.status, error.code) == (422, "expression")


@pytest.mark.parametrize(
    ("text", "points_at"),
    [
        ("plan in (select 1)", "select"),
        ("exists(select 1)", "exists"),
        ("plan = 'x'; drop table accounts", ";"),
        ("mrr::int = 3", "::"),
        ("cast(mrr as int) = 3", "cast"),
        ("read_csv('/etc/passwd') = 'x'", "read_csv"),
        ("sum(mrr) over () > 1", "sum"),
        ("count(*) > 1", "count"),
        ("* = 1", "*"),
        ("mrr[1] = 1", "["),
        ("x -> x", "->"),
        ("mrr = $1", "$"),
        ("mrr = ?", "?"),
        ("mrr % 2 = 0", "%"),
        ("name || 'x' = 'y'", "||"),
        ("name ~ 'x'", "~"),
        ("name ~~ 'x'", "~~"),
        ("! is_trial", "!"),
        ("name = e'x'", "e'x'"),
        ("name = $$x$$", "$$x$$"),
        ("case when is_trial then true end", "case"),
        ("mrr is distinct from 3", "distinct"),
        ("mrr > interval 1 day", "interval"),
        ("facts.mrr > 1", "facts.mrr"),
        ("name like 'x' escape '!'", "escape"),
        ("mrr > 3 order by mrr", "order by"),
        ("{'a': 1} = 1", "{"),
        ("mrr = 'x", "'x"),
        ('"mrr = 3', '"mrr = 3'),
        ("mrr = 3 /* x", "/* x"),
        ("name = '\ud800'", "\ud800"),
        ("name = '\0'", "\0"),
    ],
)
def test_what_is_not_in_the_language_is_refused(text: str, points_at: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text, CATALOGUE)
    assert text[caught.value.start : caught.value.end] == points_at


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("mrr>=1000 AND plan IN('Pro')", "mrr >= 1000 and plan in ('Pro')"),
        ("not (plan in ('Pro'))", "plan not in ('Pro')"),
        ("NOT plan LIKE 'a%'", "plan not like 'a%'"),
        ("((mrr)) > (1)", "mrr > 1"),
        ("(mrr + 1) * 2 - (3 - 4) > 1.50", "(mrr + 1) * 2 - (3 - 4) > 1.5"),
        ("mrr = 1 or (mrr = 2 or mrr = 3) and is_trial", "mrr = 1 or (mrr = 2 or mrr = 3) and is_trial"),
        ("(mrr = 1 or mrr = 2) or mrr = 3", "mrr = 1 or mrr = 2 or mrr = 3"),
        ("plan is not null", "plan is not unknown"),
        ("renewal_on < '2024-01-31'", "renewal_on < date '2024-01-31'"),
        ('"mrr" > 1 and "Company Size" > 2', 'mrr > 1 and "Company Size" > 2'),
        ("trait.in is true", "\"in\" is true"),
        ("trait.plan = 'it''s'", "trait.plan = 'it''s'"),
        ("not not is_trial", "not (not is_trial)"),
    ],
)  # fmt: skip
def test_canonical_text(text: str, canonical: str) -> None:
    assert str(parse(text, CATALOGUE)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "(" * 61 + "is_trial" + ")" * 61,
        "(" * 1990 + "is_trial" + ")" * 1990,
        "abs(" * 61 + "mrr" + ")" * 61 + " > 1",
        "not " * 900 + "is_trial",
        "- " * 1900 + "mrr > 1",
        "mrr" + " + 1" * 900 + " > 1",
        "mrr > 1" + " = true" * 500,
        "is_trial" + " is true" * 490,
        "not (" * 61 + "is_trial" + ")" * 61,
        "mrr " + "/ (1 / (mrr " * 25 + "))" * 25 + " > 1",
        "(" * 3999,
        ")" * 3999,
        "mrr > 1 and " * 400,
        "'" * 3999,
    ],
)
def test_depth_and_length_are_bounded_without_recursion(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text, CATALOGUE)


def test_long_and_flat_is_fine() -> None:
    text = " and ".join(["mrr > 1"] * 330)
    assert len(text) == 3955
    assert parse(text, CATALOGUE).holds(ROW) is True
    listed = "mrr in (" + ", ".join(map(str, range(800))) + ")"
    assert parse(listed, CATALOGUE).holds(ROW) is False


def test_a_level_is_read_only_by_those_above_it() -> None:
    assert parse("score > 50", CATALOGUE, max_level="score").fields[0].key == "score"
    with pytest.raises(ExpressionError) as caught:
        parse("mrr > 1 and score > 50", CATALOGUE, max_level="measure")
    assert caught.value.message == (
        "‘score’ is a score and is not yet known here: only measure values and those before them are."
    )


def test_fields_and_columns_are_those_it_reads() -> None:
    expression = parse("mrr > 1 and change(logins_28d) < 0 and mrr < 5 and days_since(renewal_on) > 1", CATALOGUE)
    assert [each.key for each in expression.fields] == ["mrr", "logins_28d", "renewal_on"]
    assert expression.columns == ("mrr", "logins_28d__change", "as_of", "renewal_on")


def test_sql_is_quoted_for_each_engine() -> None:
    expression = parse("trait.plan = 'it''s \\' and \"Company Size\" > 0.5", CATALOGUE)
    assert expression.to_sql() == """("t__plan" = 'it''s \\') AND ("t__Company Size" > 0.5e0)"""
    assert expression.to_sql("spark") == r"""(`t__plan` = 'it\'s \\') AND (`t__Company Size` > 0.5e0)"""
    assert expression.to_sql(table="f") == """("f"."t__plan" = 'it''s \\') AND ("f"."t__Company Size" > 0.5e0)"""


def test_an_explanation_says_what_each_leaf_read() -> None:
    text = "mrr >= 1000 and (change(logins_28d) < -0.5 or not is_trial) and people_28d > 3"
    found = explain(parse(text, CATALOGUE), ROW)
    assert (found.operator, found.truth, found.text) == ("and", None, text)
    assert [(leaf.text, leaf.truth) for leaf in found.leaves] == [
        ("mrr >= 1000", True),
        ("change(logins_28d) < -0.5", False),
        ("is_trial", False),
        ("people_28d > 3", None),
    ]
    assert [(each.field.key, each.aspect, each.value) for leaf in found.leaves for each in leaf.readings] == [
        ("mrr", "value", 1200.0),
        ("logins_28d", "change", -0.4),
        ("is_trial", "value", False),
        ("people_28d", "value", None),
    ]


@pytest.mark.parametrize("text", ["tags = 'Beta'", "tags in ('Beta')", "tags = aliases"])
def test_a_list_is_asked_not_compared(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"has\(list, 'x'\)"):
        parse(text, CATALOGUE)


@pytest.mark.parametrize("wrong", ["12", True, date(2024, 1, 1)])
def test_a_row_that_breaks_its_catalogue_is_a_bug(wrong: object) -> None:
    with pytest.raises(TypeError):
        parse("mrr > 1", CATALOGUE).holds({"mrr": wrong})


def test_nan_in_a_row_is_unknown() -> None:
    assert parse("mrr > 1", CATALOGUE).holds({"mrr": float("nan")}) is None


@pytest.mark.parametrize(
    ("text", "pattern", "any_case", "found"),
    [
        ("", "", False, True),
        ("", "%", False, True),
        ("a", "", False, False),
        ("abc", "a%c", False, True),
        ("abc", "a_c", False, True),
        ("abc", "A%C", False, False),
        ("abc", "A%C", True, True),
        ("a%c", "a%c", False, True),
        ("aXbXc", "%b%c", False, True),
        ("ab", "a__", False, False),
        ("É", "é", True, True),
        ("a" * 5000, "%a" * 50 + "b", False, False),
    ],
)
def test_like(text: str, pattern: str, any_case: bool, found: bool) -> None:
    assert like(text, pattern, any_case=any_case) is found

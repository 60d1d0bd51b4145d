"""The builder: what it writes, it reads; what it cannot show stays text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.measures.contracts import Catalogue, Field
from tenure.measures.language import parse
from tenure.measures.tests.language_drawing import CATALOGUE as DRAWN
from tenure.segments import builder
from tenure.segments.builder import Condition, Form, Group

CATALOGUE = Catalogue(
    "account", (*DRAWN, Field("vip", "account", "boolean", "derived", "segment"),
                Field("q1-list", "account", "boolean", "derived", "segment")),
)  # fmt: skip
NAMES = (
    "mrr", "logins_28d", "change(logins_28d)", "previous(people_28d)", "name", "plan", "is_trial", "renewal_on",
    "trait.plan", '"Company Size"', '"in"', "segment.vip", 'segment."q1-list"', "score", "tags",
)  # fmt: skip
TEXTS = st.text(st.characters(exclude_characters=",%_\\\0", exclude_categories=("Cs", "Cc")), min_size=1).map(str.strip)


def _values(kind: str, operator: str) -> st.SearchStrategy[tuple[str, ...]]:
    count = builder.VALUES.get(operator, 1)
    if operator in builder.DAYS:
        one: st.SearchStrategy[str] = st.integers(0, 999).map(str)
    elif kind in ("text", "list"):
        one = TEXTS.filter(bool)
        if operator in ("in", "not in"):
            one = st.lists(one, min_size=1, max_size=3).map(", ".join)
    elif kind == "date":
        one = st.dates().map(lambda day: day.isoformat())
    else:
        one = st.decimals(-99_999, 99_999, places=2).map(lambda d: f"{d.normalize() + 0:f}")
    return st.lists(one, min_size=count, max_size=count).map(tuple)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    name = draw(st.sampled_from(NAMES))
    found = builder.subject(name, CATALOGUE)
    assert found is not None
    operator = draw(st.sampled_from([key for key, _ in builder.OPERATORS[found.kind]]))
    return Condition(name, operator, draw(_values(found.kind, operator)))


GROUPS = st.lists(conditions(), min_size=2, max_size=3).map(lambda found: Group(tuple(found)))
ITEMS = st.lists(conditions() | GROUPS, min_size=2, max_size=4).map(tuple)


@given(st.builds(Form, st.sampled_from(["and", "or"]), ITEMS))
def test_what_the_builder_writes_it_reads_back(form: Form) -> None:
    text = builder.write(form, CATALOGUE)
    assert builder.read(parse(text, CATALOGUE)) == form


@pytest.mark.parametrize(
    "text",
    [
        "mrr > seats", "mrr * 12 > 1000", "not (mrr > 1 and seats > 1)",
        "(mrr > 1 and (seats > 1 or mrr < 9)) or seats = 2",
        "plan ilike 'a%b'", "mrr not between 1 and 2", "is_trial is not true", "logins_28d in (1, 2)",
        "coalesce(mrr, 0) > 1", "days_until(renewal_on) >= 3",
    ],
)  # fmt: skip
def test_what_says_more_than_a_form_stays_text(text: str) -> None:
    assert builder.read(parse(text, CATALOGUE)) is None


def test_unfinished_lines_are_left_out() -> None:
    form = Form("and", (
        Condition("mrr", ">=", ("1000",)), Condition("mrr", ">=", ("",)), Condition("nothing", "=", ("1",)),
        Condition("mrr", "contains", ("x",)), Condition("mrr", "between", ("1",)),
        Group((Condition("plan", "in", ("Pro,  Basic ,",)),)),
    ))  # fmt: skip
    assert builder.write(form, CATALOGUE) == "mrr >= 1000 and plan in ('Pro', 'Basic')"


def test_changes_are_typed_in_percent() -> None:
    line = Condition("change(logins_28d)", "<=", ("-7",))
    assert builder.written(line, CATALOGUE) == "change(logins_28d) <= -0.07"
    assert builder.read(parse("change(logins_28d) <= -0.07", CATALOGUE)) == Form("and", (line,))

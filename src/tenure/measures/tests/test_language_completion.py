"""The filter bar proposes what fits; `|` marks the cursor."""

from __future__ import annotations

import pytest

from tenure.measures.language import complete, parse
from tenure.measures.tests.language_drawing import CATALOGUE


def proposed(marked: str, *, limit: int = 50) -> list[str]:
    text = marked.replace("|", "")
    return [each.insert for each in complete(text, marked.index("|"), CATALOGUE, limit=limit)]


@pytest.mark.parametrize(
    ("marked", "first"),
    [
        ("|", ["mrr", "seats", "logins_28d"]),
        ("log|", ["logins_28d"]),
        ("LOG|", ["logins_28d"]),
        ("comp|", ['"Company Size"']),
        ('"comp|', ['"Company Size"']),
        ("pl|", ["plan", "trait.plan", "people_28d"]),
        ("trait.p|", ["trait.plan"]),
        ("mrr |", [">=", ">", "<="]),
        ("mrr > 1 |", ["and", "or"]),
        ("mrr > 1 a|", ["and"]),
        ("mrr > 1 and |", ["mrr", "seats"]),
        ("mrr > |", ["seats", "logins_28d", "people_28d"]),
        ("plan |", ["=", "!=", "in"]),
        ("plan = |", ["'Pro'", "'Enterprise'", "'It''s free'"]),
        ("plan = 'e|", ["'Enterprise'"]),
        ("plan = 'e|'", ["'Enterprise'"]),
        ("plan = 'Enterprise' |", ["and", "or"]),
        ("plan in |", ["("]),
        ("plan in (|", ["'Pro'", "'Enterprise'"]),
        ("plan in ('Pro', |", ["'Pro'", "'Enterprise'"]),
        ("plan in ('Pro') |", ["and", "or"]),
        ("plan not |", ["in", "like", "ilike"]),
        ("is_trial |", ["and", "or", "="]),
        ("is_trial = |", ["true", "false"]),
        ("is_trial is |", ["unknown", "not unknown", "true"]),
        ("is_trial is unknown |", ["and", "or"]),
        ("renewal_on > |", ["started_on", "coalesce(", "today()"]),
        ("change(|", ["logins_28d", "people_28d", "score"]),
        ("days_since(|", ["renewal_on", "started_on", "coalesce("]),
        ("change(logins_28d) |", [">=", ">"]),
        ("mrr between 1 |", ["and"]),
        ("mrr between 1 and |", ["seats", "logins_28d"]),
        ("mrr between 1 and 2 and |", ["mrr", "seats"]),
        ("has(|", ["aliases", "tags"]),
        ("has(tags, |", ["'Beta'", "'Reference'"]),
        ("has(tags, 'r|", ["'Reference'"]),
        ("has(tags, 'Beta') |", ["and", "or"]),
        ("tags |", ["is unknown", "is not unknown"]),
        ("(mrr > 1) |", ["and", "or"]),
        ("(mrr + 1) |", [">=", ">"]),
        ("not |", ["mrr", "seats"]),
        ("days_s|", ["days_since("]),
        ("tod|", ["today()"]),
        ("logins|_28d > 1", ["logins_28d"]),
    ],
)
def test_what_fits_comes_first(marked: str, first: list[str]) -> None:
    assert proposed(marked)[: len(first)] == first


@pytest.mark.parametrize("marked", ["-- a comm|", "/* a comm|", "12|", "plan = 'zzz|", "mrr 'Pr|"])
def test_nothing_is_proposed_where_nothing_fits(marked: str) -> None:
    assert proposed(marked) == []


def test_a_proposal_replaces_the_word_under_the_cursor() -> None:
    text = "mrr > 1 and logins_28 > 3"
    (found,) = complete(text, text.index("logins") + 3, CATALOGUE)
    assert text[found.start : found.end] == "logins_28"
    assert parse(text[: found.start] + found.insert + text[found.end :], CATALOGUE).columns == ("mrr", "logins_28d")


def test_a_proposal_says_what_it_is_and_how_often() -> None:
    (field,) = complete("logi", 4, CATALOGUE)
    assert (field.label, field.kind, field.detail) == ("Logins", "field", "measure · number")
    value = complete("plan = ", 7, CATALOGUE)[0]
    assert (value.label, value.kind, value.detail, value.count) == ("Pro", "value", "12", 12)


def test_higher_levels_are_not_proposed() -> None:
    assert [each.insert for each in complete("sco", 3, CATALOGUE, max_level="measure")] == []
    assert [each.insert for each in complete("sco", 3, CATALOGUE)] == ["score"]


@pytest.mark.parametrize(
    "text", ["", "'", '"', "(", ")", "))(", "mrr > 'x\" (", "\0", "and and", "a.b.c. ", "é ß '", "/*", "--"]
)
def test_every_place_of_any_text_can_be_asked(text: str) -> None:
    for position in range(-1, len(text) + 2):
        complete(text, position, CATALOGUE)

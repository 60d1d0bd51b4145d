"""What a line of a note asks for, and what an edit does to it."""

from datetime import date

import pytest

from tenure.tasks.contracts import Kind
from tenure.tasks.notes import edits, lines

NAMES = ("Ana", "Ana Ortiz", "Ben", "ben@acme.example")


@pytest.mark.parametrize(
    ("text", "title", "kind", "done", "due", "names"),
    [
        ("- [ ] Send the deck", "Send the deck", Kind.TASK, False, None, ()),
        ("* [x] Send the deck @Ana Ortiz", "Send the deck", Kind.TASK, True, None, ("Ana Ortiz",)),
        ("1. [X] @ben call by 2026-12-01, please", "call, please", Kind.TASK, True, date(2026, 12, 1), ("Ben",)),
        ("  - [ ] deeper by 2026-13-01", "deeper by 2026-13-01", Kind.TASK, False, None, ()),
        ("Promise: the report by 2026-12-01", "the report", Kind.PROMISE, False, date(2026, 12, 1), ()),
        ("- [ ] promise: it @ben@acme.example", "it", Kind.PROMISE, False, None, ("ben@acme.example",)),
        ("- [ ] @Benjamin stays", "@Benjamin stays", Kind.TASK, False, None, ()),
        ("- [ ] @Ana", "@Ana", Kind.TASK, False, None, ("Ana",)),
    ],
)
def test_a_line_says_what_who_and_by_when(
    text: str, title: str, kind: Kind, done: bool, due: date | None, names: tuple[str, ...]
) -> None:
    (found,) = lines(text, NAMES)
    assert (found.title, found.kind, found.done, found.due, found.names) == (title, kind, done, due, names)


@pytest.mark.parametrize(
    "text", ["- Send the deck", "[ ] no list", "- [] x", "- [ ]", "We promise: nothing", "```\n- [ ] code\n```"]
)
def test_other_lines_ask_for_nothing(text: str) -> None:
    assert lines(text) == []


def test_a_long_line_keeps_all_of_its_text() -> None:
    (found,) = lines("- [ ] " + "x" * 300)
    assert (len(found.title), len(found.detail)) == (200, 300)


def test_lines_that_say_the_same_are_told_apart() -> None:
    assert len({line.key for line in lines("- [ ] a\n- [ ] A\n- [ ] b")}) == 3


def test_an_edit_finds_the_lines_again() -> None:
    before, after = lines("- [ ] a\n- [ ] b\n- [ ] c"), lines("- [ ] new\n- [ ] a\n- [x] b\n- [ ] C, better")
    found = [
        (pair.before and pair.before.title, pair.after and (pair.after.title, pair.after.done))
        for pair in edits(before, after)
    ]
    assert found == [(None, ("new", False)), ("a", ("a", False)), ("b", ("b", True)), ("c", ("C, better", False))]
    assert [(pair.before is None, pair.after is None) for pair in edits(before, [])] == [(False, True)] * 3

"""Files that can be read, and where and how the others are refused."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.base.refusals import Problem
from tenure.definitions.contracts import WrongDocument
from tenure.definitions.yamlio.reading import DEEPEST, LONGEST_BYTES, read_text
from tenure.definitions.yamlio.writing import write_text

NAME = "recipe/soup.yaml"


def test_a_body_knows_its_lines() -> None:
    text = b"title: Soup\nsteps:\n  - what: boil\n    minutes: 20\n  - {what: chop}\n"
    read = read_text(text, name=NAME)
    assert read.body == {"title": "Soup", "steps": [{"what": "boil", "minutes": 20}, {"what": "chop"}]}
    assert read.place("steps.0.minutes") == (4, 14)
    assert read.keys["steps.0.minutes"] == (4, 5)
    assert read.place("steps.1.pieces") == (5, 5)
    assert read.place("nothing.at.all") == (1, 1)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12), ("-3", -3), ("0x1F", 31), ("0o17", 15), ("1_000", "1_000"), ("0.5", 0.5), ("1e3", 1000.0),
        (".5", 0.5), ("true", True), ("False", False), ("yes", "yes"), ("on", "on"), ("no", "no"), ("~", None),
        ("", None), ("null", None), ("'12'", "12"), ('"a\\nb"', "a\nb"), ("2024-01-31", "2024-01-31"),
        ("12:30", "12:30"), ("1.2.3", "1.2.3"), ("a # b", "a"), ("a#b", "a#b"), ("-", None),
    ],
)  # fmt: skip
def test_plain_words_are_those_of_yaml_1_2(written: str, value: object) -> None:
    expected = [value] if written == "-" else value
    body = f"x:\n {written}" if written == "-" else f"x: {written}"
    assert read_text(body.encode(), name=NAME).body == {"x": expected}


BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"


@pytest.mark.parametrize(
    ("raw", "line", "column", "message"),
    [
        (b"", 1, 1, "the file is empty; expected ‘name: value’"),
        (b"# nothing\n", 1, 1, "the file is empty; expected ‘name: value’"),
        (b"- a\n", 1, 1, "expected ‘name: value’ lines at the outermost level"),
        (b"soup", 1, 1, "expected ‘name: value’ lines at the outermost level"),
        (b"a: 1\nb: 2\na: 3\n", 3, 1, "‘a’ stands here twice; first in line 1"),
        (b"a:\n\tb: 1\n", 2, 1, "a tab stands here; indent with spaces"),
        (BOMB, 1, 4, "anchors (&) and aliases (*) are not taken; write it out"),
        (b"a: *b\n", 1, 4, "anchors (&) and aliases (*) are not taken; write it out"),
        (b"<<: {a: 1}\n", 1, 1, "merge keys (<<) are not taken; write it out"),
        (b"a: !!python/object/apply:os.system ['id']\n", 1, 4, "tags such as"),
        (b"a: !secret x\n", 1, 4, "tags such as !secret are not taken"),
        (b"a: 1\n---\nb: 2\n", 2, 1, "a second document begins here; one file holds one document"),
        (b"a: 'x\n", 2, 1, "a quote that was opened is never closed"),
        (b"a: [1, 2\n", 2, 1, "the file ends in the middle of something; a bracket or a value is missing"),
        (b"a: b: c\n", 1, 5, "a second ‘:’ stands here; put the text in quotes, or check the indentation"),
        (b"a: 1\n  b: 2\n", 2, 4, "a second ‘:’ stands here; put the text in quotes, or check the indentation"),
        (b"? [a]\n: 1\n", 1, 3, "a name is one word or text, not a list or mapping"),
        (b"~: 1\n", 1, 1, "a name is missing before the ‘:’"),
        (b"a: .nan\n", 1, 4, "‘.nan’ is not a number that can be used"),
        (b"a: -.inf\n", 1, 4, "‘-.inf’ is not a number that can be used"),
        (b"a: 1e999\n", 1, 4, "‘1e999’ is too large a number"),
        (b"a: 1\nb: \xe9t\xe9\n", 2, 4, "byte 0xe9 is not UTF-8; save the file as UTF-8"),
        ("a: 1".encode("utf-16"), 1, 1, "the file is UTF-16; save it as UTF-8"),
        (b"a: 1\nb: \x00\n", 2, 4, "a control character stands here, which YAML does not allow"),
        (b"a: " + b"[" * (DEEPEST + 1), 1, DEEPEST + 3, f"this nests more than {DEEPEST} levels"),
        (b"a: " + b"[" * 100_000, 1, DEEPEST + 3, f"this nests more than {DEEPEST} levels"),
        (b"a" * (LONGEST_BYTES + 1), 1, 1, "the file has 262,145 bytes; 262,144 is the most"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_place(raw: bytes, line: int, column: int, message: str) -> None:
    with pytest.raises(WrongDocument) as refused:
        read_text(raw, name=NAME)
    (problem,) = refused.value.problems
    assert (problem.where, problem.line, problem.column) == (NAME, line, column)
    assert problem.message.startswith(message)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read_text(b"\xef\xbb\xbfa: 1\n", name=NAME).body == {"a": 1}


def test_a_problem_of_a_body_becomes_one_of_the_file() -> None:
    read = read_text(b"title: Soup\nsteps:\n  - what: bake\n", name=NAME)
    problem = read.located(Problem("expected 'boil' or 'chop'", "steps.0.what"))
    assert str(problem) == "recipe/soup.yaml:3:11: steps.0.what: expected 'boil' or 'chop'"


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20).filter(
    lambda text: all(each.isprintable() or each in "\n\t" for each in text)
)
TRICKY = (
    "yes", "no", "on", "null", "~", "1", "0x1f", "1e3", "a: b", "- a", "# a", " a", "a ", "'", "2024-01-31", "<<", "=",
    "!a", "&a", "*a", "%a", "@a", "`a", "{a", "[a", "a\n", "\na", "a\n\nb", "a\n b", "...", "---",
)  # fmt: skip
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    st.sampled_from(TRICKY),
)
names = texts.filter(lambda text: text not in ("<<",))
bodies = st.dictionaries(
    names,
    st.recursive(
        scalars,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
        max_leaves=8,
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(bodies)
def test_what_is_written_reads_back(body: dict[str, object]) -> None:
    if body:
        assert read_text(write_text(body).encode(), name=NAME).body == body


@settings(max_examples=75, deadline=None)
@given(bodies, bodies)
def test_writing_over_a_file_gives_the_new_body(before: dict[str, object], after: dict[str, object]) -> None:
    if before and after:
        written = write_text(after, over=write_text(before))
        assert read_text(written.encode(), name=NAME).body == after


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text("ab:-[]{}#&*!|>'\"%@`?, \n\t0", max_size=40).map(str.encode)))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with suppress(WrongDocument):
        read_text(raw, name=NAME)


def test_comments_of_what_stays_are_kept() -> None:
    there = "# Our soup\ntitle: Soup # as always\nservings: 2\nsteps:\n  # first\n  - what: boil\n"
    body = {"title": "Soup", "servings": 4, "steps": [{"what": "boil"}], "vegan": True}
    assert write_text(body, over=there) == (
        "# Our soup\ntitle: Soup # as always\nservings: 4\nsteps:\n  # first\n  - what: boil\nvegan: true\n"
    )

"""What docs/expressions.md shows is what the language does."""

import re
from pathlib import Path

import pytest

from tenure.measures.contracts import Catalogue
from tenure.measures.language import ExpressionError, parse
from tenure.measures.language.functions import FUNCTIONS
from tenure.measures.tests.language_drawing import CATALOGUE, field

PAGE = Path(__file__).parents[4] / "docs" / "expressions.md"
SHOWN = Catalogue(
    entity="account",
    fields=(*CATALOGUE, field("status", "text"), field("tickets_open", "number"), field("industry", "text", "trait")),
)


def shown() -> list[str]:
    blocks = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.strip().splitlines()]


def test_the_page_shows_expressions() -> None:
    assert len(shown()) == 8


@pytest.mark.parametrize("text", shown())
def test_every_expression_shown_reads_and_is_canonical(text: str) -> None:
    assert str(parse(text, SHOWN)) == text


def test_every_function_is_described() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in FUNCTIONS if f"`{name}(" not in page] == []


def test_the_error_shown_is_the_error_made() -> None:
    page = PAGE.read_text(encoding="utf-8")
    text, marks, message = re.findall(r"```text\n(.*?)```", page, re.DOTALL)[0].splitlines()
    with pytest.raises(ExpressionError) as caught:
        parse(text, SHOWN)
    assert (caught.value.message, marks) == (
        message,
        " " * caught.value.start + "^" * (caught.value.end - caught.value.start),
    )

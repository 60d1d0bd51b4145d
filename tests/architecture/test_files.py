"""Small files with the product's words for names, and a page of words in each domain."""

import ast
from pathlib import Path

import pytest

from tests.architecture import house

MOST_LINES = 400
VAGUE = frozenset({"utils", "util", "helpers", "helper", "services", "service", "managers", "manager", "signals"})
# README.md is one screen.
MOST_README_LINES = 80


def test_no_file_is_longer_than_a_sitting() -> None:
    long = {
        house.shown(path): lines
        for path in house.modules(tests=True)
        if (lines := path.read_text().count("\n")) > MOST_LINES
    }
    assert long == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [house.shown(p) for p in house.modules(tests=True) if VAGUE & {*p.parent.parts, p.stem}] == []


@pytest.mark.parametrize("domain", house.domains())
def test_a_domain_says_its_words_and_invariants_on_one_screen(domain: str) -> None:
    readme = house.SOURCE / domain / "README.md"
    assert readme.exists()
    assert len(readme.read_text().splitlines()) <= MOST_README_LINES


def test_every_public_module_says_what_it_is() -> None:
    silent = [
        house.shown(path)
        for path in house.modules()
        if path.name not in ("__init__.py", "apps.py") and ast.get_docstring(house.tree(path)) is None
    ]
    assert silent == []


CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("timezone", "now"), ("datetime", "today")}


def _own_clocks(path: Path) -> list[str]:
    return [
        f"{house.shown(path)}:{node.lineno}"
        for node in ast.walk(house.tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr, node.attr) in CLOCKS
    ]


def test_only_the_clock_knows_the_time() -> None:
    clock = house.SOURCE / "base" / "clock.py"
    assert [found for path in house.modules() if path != clock for found in _own_clocks(path)] == []

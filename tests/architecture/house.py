"""The source tree as data, for the tests beside this file."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "tenure"
# Packages that compose the domains and are no domain themselves.
COMPOSERS = frozenset({"config", "cli", "screens", "demo"})


def packages() -> list[str]:
    """The names right under `tenure`."""
    return sorted(found.name for found in SOURCE.iterdir() if (found / "__init__.py").exists())


def domains() -> list[str]:
    """Packages with words and invariants of their own."""
    return [name for name in packages() if name not in COMPOSERS]


def modules(*, tests: bool = False) -> list[Path]:
    """Every Python file of the product; migrations are generated and left out."""
    return sorted(
        path
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts and (tests or "tests" not in path.relative_to(SOURCE).parts)
    )


def shown(path: Path) -> str:
    """The path as a reader types it."""
    return str(path.relative_to(SOURCE.parents[1]))


@cache
def tree(path: Path) -> ast.Module:
    """The file, parsed."""
    return ast.parse(path.read_text(), filename=str(path))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything imported, `from a import b` as `a.b`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)

"""Named SQL: one query a file, in DuckDB's dialect, `src/tenure/<domain>/sql/<name>.sql`."""

from functools import cache
from importlib import resources


@cache
def load(package: str, name: str) -> str:
    """The text of `<package>/sql/<name>.sql`, e.g. `load("tenure.subscriptions", "periods")`."""
    return resources.files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")

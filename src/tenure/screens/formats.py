"""How values are written on pages: as everywhere (`base.written`), and what only pages need."""

from markupsafe import Markup

from tenure.base.written import (
    MINUS,
    UNKNOWN,
    ago,
    capital,
    compact,
    count,
    day,
    delta,
    minor,
    moment,
    money,
    number,
    percent,
    relative_day,
    seconds,
    short_day,
)

__all__ = [
    "MINUS",
    "UNKNOWN",
    "ago",
    "attributes",
    "capital",
    "compact",
    "count",
    "day",
    "delta",
    "initials",
    "minor",
    "moment",
    "money",
    "number",
    "percent",
    "relative_day",
    "seconds",
    "short_day",
]


def initials(name: str) -> str:
    """`Ana Ortiz` → `AO`, `ana@acme.example` → `A`."""
    words = name.partition("@")[0].replace(".", " ").replace("-", " ").split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


def attributes(values: dict[str, object]) -> Markup:
    """Extra attributes of a macro: `data_action="x"` → ` data-action="x"`; None and False leave out, True is bare."""
    parts = []
    for name, value in values.items():
        if value is None or value is False:
            continue
        written = name.rstrip("_").replace("_", "-")
        parts.append(Markup(" {}").format(written) if value is True else Markup(' {}="{}"').format(written, value))
    return Markup("").join(parts)

"""The built front end: hashed file names and icons, read once."""

import json
from functools import lru_cache
from pathlib import Path

from django.templatetags.static import static
from markupsafe import Markup

HERE = Path(__file__).parent


@lru_cache(maxsize=1)
def _manifest() -> dict[str, str]:
    """Name → hashed file. Empty when the front end was not built: pages then come without style, but they come."""
    try:
        read: dict[str, str] = json.loads((HERE / "static" / "tenure" / "manifest.json").read_text())
    except FileNotFoundError:
        return {}
    return read


def asset(name: str) -> str:
    """The address of a built file: `asset("app.css")`."""
    return static(f"tenure/{_manifest().get(name, name)}")


@lru_cache(maxsize=1)
def _icons() -> dict[str, str]:
    read: dict[str, str] = json.loads((HERE / "icons.json").read_text())
    return read


@lru_cache(maxsize=512)
def icon(name: str, size: str = "", label: str = "") -> Markup:
    """A lucide icon as inline SVG, decorative unless it has a `label`. `size` is "", "s" (14 px) or "l" (20 px).

    Icons come from `frontend/icons.json`; an unknown name is a KeyError.
    """
    said = Markup(' role="img" aria-label="{}"').format(label) if label else Markup(' aria-hidden="true"')
    css = f"icon icon-{size}" if size else "icon"
    drawing = Markup(_icons()[name])  # noqa: S704 - written by our own build
    return Markup('<svg class="{}" viewBox="0 0 24 24"{}>{}</svg>').format(css, said, drawing)

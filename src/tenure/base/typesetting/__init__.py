"""Documents: a typst template of ours and data, out comes a PDF and a picture of each page.

Data reaches the template as JSON and is never a part of its source, so a customer called `#eval(…)` is printed as that.
Compiling happens in a process of its own that ends with it: its memory is given back, a document that hangs is killed,
and it sees no file but the template's. The same data and time make the same bytes on the same machine.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unicodedata import category

from tenure.base.refusals import Refusal

FONTS = Path(__file__).with_name("fonts")
"""Inter, under the SIL Open Font License: Latin, Greek and Cyrillic. Other scripts come from the machine's fonts."""
_CHILD = Path(__file__).with_name("child.py")
_NOWHERE = "http://127.0.0.1:9"
"""The discard port: what asks for a package is refused at once."""
_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
"""What turns the order of letters around: a name with one of them would be read backwards."""


class NotTypeset(Refusal):
    """A document could not be made: its template is wrong, or it took too long."""

    status, code = 503, "not_typeset"


@dataclass(frozen=True, slots=True)
class Typeset:
    """A document: its bytes, a PNG of each page, what each page says first (by the template's marks `<sheet>`:
    `metadata((page: …, said: …))`), and the first letters that no font of this machine has (empty where all are
    printed). Without such letters the PDF is tagged as PDF/UA-1 (ISO 14289-1) asks; with them it is tagged, but says so
    of itself no longer."""

    pdf: bytes
    pages: tuple[bytes, ...]
    names: tuple[str, ...]
    lacks: str


def typeset(template: Path, data: object, *, at: datetime, ppi: int = 144, timeout_s: float = 60) -> Typeset:
    """Make a document of a folder with a `main.typ`, which reads `data.json`; `at` is the date it bears.

    Raises `NotTypeset`.
    """
    with tempfile.TemporaryDirectory(prefix="tenure-typeset-") as name:
        work = Path(name)
        root, out = work / "root", work / "out"
        shutil.copytree(template, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        (root / "data.json").write_text(json.dumps(_printable(data), ensure_ascii=False), "utf-8")
        out.mkdir()
        _run(root, out, at, ppi, timeout_s)
        pages = tuple(page.read_bytes() for page in sorted(out.glob("page-*.png")))
        told = json.loads((out / "told.json").read_text("utf-8"))
        return Typeset(
            pdf=(out / "document.pdf").read_bytes(),
            pages=pages,
            names=_names(told["sheets"], len(pages)),
            lacks=told["lacks"],
        )


def _names(sheets: list[dict[str, Any]], pages: int) -> tuple[str, ...]:
    """What each page says first; one that goes on from the page before says so."""
    begun = {each["page"]: each["said"] for each in reversed(sheets)}
    found, last = [], ""
    for page in range(1, pages + 1):
        found.append(begun.get(page) or (f"{last}, continued" if last else ""))
        last = begun.get(page, last)
    return tuple(found)


def _run(root: Path, out: Path, at: datetime, ppi: int, timeout_s: float) -> None:
    command = [sys.executable, "-I", str(_CHILD), str(root), str(out), str(FONTS), str(int(at.timestamp())), str(ppi)]
    try:
        done = subprocess.run(
            command, cwd=root, env=_surroundings(out), stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=timeout_s, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NotTypeset(f"The document was not ready after {timeout_s:g} seconds.") from None
    if done.returncode:
        raise NotTypeset(done.stderr.strip()[-2000:] or f"The typesetter ended with {done.returncode}.")


def _surroundings(out: Path) -> dict[str, str]:
    """What the process knows of the machine: no secrets, no way out, one core."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), _NOWHERE)
    return {**kept, **proxies, "HOME": str(out), "RAYON_NUM_THREADS": "1"}


def _printable(data: object) -> object:
    """The same without signs that cannot be printed or that turn the text around."""
    if isinstance(data, str):
        return "".join(sign for sign in data.translate(_OVERRIDES) if sign == "\n" or category(sign) != "Cc")
    if isinstance(data, dict):
        return {str(key): _printable(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_printable(each) for each in data]
    return data

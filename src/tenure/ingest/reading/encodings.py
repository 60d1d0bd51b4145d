"""Bytes to UTF-8, line by line where a file mixes encodings."""

import gzip
import shutil
from collections.abc import Iterable
from pathlib import Path

from charset_normalizer import from_bytes

SAMPLE = 4 << 20
FALLBACK = "cp1252"
_WIDE = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
BOM = b"\xef\xbb\xbf"


def plain(path: Path, scratch: Path, *, encoding: str | None = None) -> Path:
    """A file whose bytes can be cut at line feeds: itself, or a copy under `scratch`.

    Unpacks gzip, and rewrites as UTF-8 what is UTF-16 or UTF-32 or ends its lines with a bare carriage return.
    """
    if path.suffix.lower() == ".gz":
        unpacked = scratch / path.stem
        with gzip.open(path, "rb") as packed, unpacked.open("wb") as target:
            shutil.copyfileobj(packed, target, 1 << 20)
        return plain(unpacked, scratch, encoding=encoding)
    with path.open("rb") as file:
        head = file.read(1 << 16)
    wide = next((name for mark, name in _WIDE if head.startswith(mark)), None) or _wide(encoding)
    if wide is None and (b"\n" in head or b"\r" not in head):
        return path
    copy = scratch / f"{path.name}.utf8"
    with path.open(encoding=wide or "latin-1", newline=None) as source, copy.open("wb") as target:
        while text := source.read(1 << 20):
            target.write(text.encode((wide and "utf-8") or "latin-1"))
    return copy


def fallback(path: Path) -> str:
    """The encoding of those lines of a file that are not UTF-8.

    Lines of another encoding are almost never UTF-8 by chance. So when a twentieth of the lines with foreign letters
    is UTF-8, the file is mixed and the rest is read as Windows-1252; otherwise the whole file is in another encoding,
    which is detected from those lines.
    """
    with path.open("rb") as file:
        lines = [line for line in file.read(SAMPLE).split(b"\n") if not line.isascii()]
    foreign = [line for line in lines if not is_utf8(line)]
    if len(foreign) * 20 <= len(lines) * 19:
        return FALLBACK
    best = from_bytes(b"\n".join(foreign[:2_000])).best()
    return best.encoding if best is not None and best.encoding not in ("ascii", "utf_8") else FALLBACK


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are valid UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def decode(line: bytes, encodings: Iterable[str]) -> tuple[str, str] | None:
    """The text of a line and the encoding that could read it; None when none could."""
    for encoding in encodings:
        try:
            return line.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return None


def _wide(encoding: str | None) -> str | None:
    name = (encoding or "").lower().replace("_", "-")
    return name if name.startswith(("utf-16", "utf-32")) else None

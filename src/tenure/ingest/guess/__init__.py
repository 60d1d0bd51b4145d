"""A first source map, guessed from unknown files, to edit by hand."""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tenure.ingest import reading
from tenure.ingest.contracts import CannotImport
from tenure.ingest.guess.mapping import guess_roles
from tenure.ingest.guess.profiles import FileProfile, Sample, snake
from tenure.ingest.guess.writing import as_yaml
from tenure.ingest.maps import parse_map

__all__ = ["GuessedMap", "guess_map"]


@dataclass(frozen=True, slots=True)
class GuessedMap:
    """A map to edit: as YAML with remarks, and as the document that it says."""

    yaml: str
    body: Mapping[str, object]


def guess_map(path: Path, *, source: str | None = None) -> GuessedMap:
    """A first map of the files under `path` (a folder or one file), from names, types, uniqueness and overlap.

    Reads at most 200,000 rows of each file. Refuses with `CannotImport` when there is nothing to read, or nothing
    that looks like customers or what they do.
    """
    if not path.exists():
        raise CannotImport(f"There is no file or folder {path}.")
    folder = path if path.is_dir() else path.parent
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    readable = [file for file in found if file.is_file() and reading.format_of(file)]
    with tempfile.TemporaryDirectory() as scratch:
        sample = Sample()
        files: list[FileProfile] = []
        empty: list[FileProfile] = []
        readers = {file.relative_to(folder).as_posix(): _open(file, Path(scratch)) for file in readable}
        for number, (shown, parts) in enumerate(_together(readers).items()):
            profile = sample.profile(shown, parts, number)
            (files if profile.rows else empty).append(profile)
        if not files:
            raise CannotImport(f"There is no CSV, JSON lines or Parquet file with rows at {path}.")
        sample.link(files)
        guessed, unknown = guess_roles(sample, files)
        unknown += [(file, "has no rows") for file in empty]
    if not guessed:
        told = "; ".join(f"{file.shown}: {reason}" for file, reason in unknown)
        raise CannotImport(f"No file looks like customers or what they do. {told}. See docs/importing.md.")
    named = source or re.sub(r"^[^a-z]+", "", snake(folder.resolve().name))[:60] or "files"
    text = as_yaml(named, guessed, unknown)
    guess = parse_map(text.encode(), where="the guessed map")
    return GuessedMap(text, guess.model_dump(mode="json", exclude_defaults=True))


def _open(file: Path, scratch: Path) -> reading.Reader:
    copies = Path(tempfile.mkdtemp(dir=scratch))
    return reading.open_file(file, copies)


def _together(readers: Mapping[str, reading.Reader]) -> dict[str, list[reading.Reader]]:
    """Files of one kind under one name: `usage_2024-01.csv` and `usage_2024-02.csv` are `usage_*.csv`."""
    alike: dict[tuple[str, tuple[str, ...]], dict[str, reading.Reader]] = {}
    for shown, reader in readers.items():
        alike.setdefault((re.sub(r"[0-9]+([-_.]?[0-9]+)*", "*", shown), reader.columns), {})[shown] = reader
    return {
        (pattern if len(parts) > 1 else next(iter(parts))): list(parts.values())
        for (pattern, _), parts in alike.items()
    }

"""The folder: `<kind>/<key>.yaml`, read whole and written out."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from tenure.base.refusals import Problem
from tenure.definitions import queries, rules
from tenure.definitions.contracts import KEY_PATTERN, Kind, WrongDocument, kinds
from tenure.definitions.documents import plain, read
from tenure.definitions.yamlio.reading import Document, read_text
from tenure.definitions.yamlio.writing import write_text

ENDINGS = (".yaml", ".yml")
MOST_FILES = 5_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the folder."""

    kind: Kind
    key: str
    document: Document


@dataclass(frozen=True, slots=True)
class Contents:
    """What the folder holds. `kinds` are those that have a folder of their own, with or without files."""

    entries: tuple[Entry, ...]
    kinds: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_folder(folder: Path) -> Contents:
    """Every document of the folder, kind by kind in the order of their registration, keys in order."""
    if not folder.is_dir():
        raise WrongDocument(
            f"There is no folder {folder}. Write the present definitions to one: tenure export {folder}"
        )
    found: list[Entry] = []
    problems = list(_strays(folder))
    present = [kind for kind in kinds() if (folder / kind.name).is_dir()]
    if not present and not problems:
        names = ", ".join(kind.name for kind in kinds())
        raise WrongDocument(f"{folder} holds no definitions: expected folders called {names}.")
    for kind in present:
        seen: set[str] = set()
        for path in sorted((folder / kind.name).iterdir()):
            if _is_hidden(path):
                continue
            problem = _misnamed(path, folder, seen)
            if problem:
                problems.append(problem)
                continue
            seen.add(path.stem)
            try:
                document = read_text(path.read_bytes(), name=path.relative_to(folder).as_posix())
            except WrongDocument as wrong:
                problems.extend(wrong.problems)
            else:
                found.append(Entry(kind, path.stem, document))
            if len(found) > MOST_FILES:
                raise WrongDocument(f"{folder} holds more than {MOST_FILES:,} definitions.")
    return Contents(tuple(found), tuple(kind.name for kind in present), tuple(problems))


def _is_hidden(path: Path) -> bool:
    return path.name.startswith((".", "_")) or path.suffix.lower() not in (*ENDINGS, "")


def _strays(folder: Path) -> Iterator[Problem]:
    """Files and folders that look like definitions and stand where none is read."""
    known = [kind.name for kind in kinds()]
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir() and path.name not in known and any(path.glob("*.y*ml")):
            near = get_close_matches(path.name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; the kinds are {', '.join(known)}"
            yield Problem(f"there is no kind of definition called {path.name!r}{hint}", path.name)
        elif path.is_file() and path.suffix.lower() in ENDINGS:
            yield Problem("expected in a folder named after its kind, as in measure/logins_28d.yaml", path.name)


def _misnamed(path: Path, folder: Path, seen: set[str]) -> Problem | None:
    name = path.relative_to(folder).as_posix()
    if path.is_dir() or not path.suffix:
        return Problem("expected a file <key>.yaml", name)
    if not KEY_PATTERN.fullmatch(path.stem):
        return Problem(f"the name {path.stem!r} is no key: small letters, digits, - and _, at most 80", name)
    if path.stem in seen:
        return Problem(f"{path.stem!r} stands here twice, as .yaml and .yml", name)
    return None


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that an export has written, or left as it is because it says the same already."""

    kind: str
    key: str
    path: Path
    written: bool


def export(folder: Path) -> tuple[Exported, ...]:
    """Write every definition in force to the folder. Files that say the same are left alone, with their comments."""
    made = []
    for kind in kinds():
        for each in queries.published(kind.name):
            path = folder / kind.name / f"{each.key}.yaml"
            other = path.with_suffix(".yml")
            target = other if other.is_file() and not path.is_file() else path
            made.append(Exported(kind.name, each.key, target, _write(target, kind, each.key, plain(each.body))))
    return tuple(made)


def _write(path: Path, kind: Kind, key: str, body: dict[str, object]) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    over = None
    if path.is_file():
        try:
            there = read_text(path.read_bytes(), name=path.name)
        except WrongDocument:
            over = None
        else:
            document, _ = read(kind, key, there.body, check=False)
            if document is not None and not rules.difference(plain(document), body):
                return False
            over = path.read_text(encoding="utf-8-sig")
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(write_text(body, over=over), encoding="utf-8")
    draft.replace(path)
    return True

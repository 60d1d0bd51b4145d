"""What a folder would change, and changing it: the same code, once rolled back and once kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.db import transaction

from tenure.base.refusals import Problem
from tenure.definitions import actions, queries, rules
from tenure.definitions.contracts import Change, Kind, WrongDocument, kinds
from tenure.definitions.documents import plain, read
from tenure.definitions.yamlio.folder import Contents, Entry, read_folder
from tenure.definitions.yamlio.reading import Document
from tenure.tenants.contracts import MemberView

type Action = Literal["created", "changed", "removed", "kept", "unchanged"]
NOTE = "Applied from files"


@dataclass(frozen=True, slots=True)
class Planned:
    """What happens to one definition. `kept` is in force, not in the folder, and stays because nobody said prune."""

    kind: str
    key: str
    action: Action
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a folder changes, kind by kind."""

    definitions: tuple[Planned, ...]

    @property
    def changes_anything(self) -> bool:
        return any(each.action in ("created", "changed", "removed") for each in self.definitions)

    def count(self, action: Action) -> int:
        return sum(each.action == action for each in self.definitions)


def plan(folder: Path, *, prune: bool = False) -> Plan:
    """What `apply` would do. Refuses with `WrongDocument` and every problem of every file; changes nothing."""
    with queries.read_afresh(), transaction.atomic():
        made = apply(folder, by=None, prune=prune)
        transaction.set_rollback(True)
    return made


def apply(folder: Path, *, by: MemberView | None, prune: bool = False) -> Plan:
    """Put the folder's documents in force, all or none; a kind may speak of the kinds before it.

    With `prune`, definitions in force that the folder has not are archived, but only those of kinds that have a
    folder of their own: an export of measures alone never removes a scorecard.
    """
    contents = read_folder(folder)
    with queries.read_afresh(), transaction.atomic():
        return _apply(contents, by=by, prune=prune)


def _apply(contents: Contents, *, by: MemberView | None, prune: bool) -> Plan:
    problems = list(contents.problems)
    made: list[Planned] = []
    for kind in kinds():
        before = {each.key: plain(each.body) for each in queries.published(kind.name)}
        entries = _referred_first([entry for entry in contents.entries if entry.kind.name == kind.name])
        check = not problems
        for entry in entries:
            wrong, planned = _put(entry, before.get(entry.key), by, check=check)
            problems.extend(wrong)
            made.extend([planned] if planned else [])
        pruned = prune and kind.name in contents.kinds
        made.extend(_left_over(kind, before, entries, pruned=pruned))
    if not problems:
        problems.extend(_remove(made, contents, by))
    if problems:
        files = len({problem.where for problem in problems})
        said = "1 definition is wrong" if files == 1 else f"{files} definitions are wrong"
        raise WrongDocument(f"{said}; nothing was changed.", problems)
    return Plan(tuple(_in_order(made)))


def _referred_first(entries: list[Entry]) -> list[Entry]:
    """The files of a kind, each after those of the same kind that it speaks of. In a circle the first by name leads:
    the kind's own check refuses circles."""
    by_key, ordered = {entry.key: entry for entry in entries}, dict[str, Entry]()

    def place(entry: Entry, above: frozenset[str]) -> None:
        for key in sorted(entry.kind.refers(entry.document.body)) if entry.kind.refers else ():
            if key in by_key and key not in above:
                place(by_key[key], above | {key})
        ordered.setdefault(entry.key, entry)

    for entry in entries:
        if entry.key not in ordered:
            place(entry, frozenset({entry.key}))
    return list(ordered.values())


def _put(
    entry: Entry, before: dict[str, object] | None, by: MemberView | None, *, check: bool
) -> tuple[tuple[Problem, ...], Planned | None]:
    """Publish one file. Without `check`, because earlier files are wrong, only its schema is asked."""
    document, wrong = read(entry.kind, entry.key, entry.document.body, check=check)
    if document is None or wrong:
        return tuple(entry.document.located(problem) for problem in wrong), None
    after = plain(document)
    if before is None:
        changes = rules.difference({}, after)
    else:
        changes = rules.difference(before, after)
        if not changes:
            return (), Planned(entry.kind.name, entry.key, "unchanged")
    if check:
        actions.publish_body(kind=entry.kind.name, key=entry.key, body=after, by=by, note=NOTE)
    action: Action = "created" if before is None else "changed"
    return (), Planned(entry.kind.name, entry.key, action, tuple(changes))


def _left_over(
    kind: Kind, before: dict[str, dict[str, object]], entries: list[Entry], *, pruned: bool
) -> Iterator[Planned]:
    named = {entry.key for entry in entries}
    for key, body in before.items():
        if key not in named:
            changes = tuple(rules.difference(body, {})) if pruned else ()
            yield Planned(kind.name, key, "removed" if pruned else "kept", changes)


def _remove(made: list[Planned], contents: Contents, by: MemberView | None) -> Iterator[Problem]:
    """Archive what is to go; what still speaks of it is a problem of the document that does."""
    gone = [each for each in made if each.action == "removed"]
    before = set(queries.problems_in_force()) if gone else set()
    for each in reversed(gone):
        actions.take_out_of_force(kind=each.kind, key=each.key, by=by)
    for kind, key, problem in queries.problems_in_force() if gone else ():
        if (kind, key, problem) not in before:
            files = (entry.document for entry in contents.entries if (entry.kind.name, entry.key) == (kind, key))
            document = next(files, Document(f"{kind}/{key}.yaml", {}, {}, {}))
            yield document.located(problem)


def _in_order(made: list[Planned]) -> list[Planned]:
    order = {kind.name: at for at, kind in enumerate(kinds())}
    return sorted(made, key=lambda each: (order[each.kind], each.key))

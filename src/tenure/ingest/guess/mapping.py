"""From profiles to a first source map: a role for each file, a column for each field."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tenure.ingest.guess import words
from tenure.ingest.guess.profiles import ColumnProfile, FileProfile, Sample, snake

type Said = dict[str, object]


@dataclass(slots=True)
class Guessed:
    """The guess for one file: what goes under its entry, and what the reader should look at."""

    file: FileProfile
    entry: str
    role: str
    said: Said
    makes_accounts: str | None = None
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Candidate:
    role: words.RoleWords
    score: float
    fields: dict[str, ColumnProfile]


def guess_roles(sample: Sample, files: Sequence[FileProfile]) -> tuple[list[Guessed], list[tuple[FileProfile, str]]]:
    """A role for each file that has one, in the order of import, and the files without one with the reason."""
    best = {file.shown: max((_fit(file, role) for role in words.ROLES), key=lambda c: c.score) for file in files}
    accounts = _accounts_file(files, best)
    known = [file for file in files if best[file.shown].score >= 2]
    names = {file.shown: _entry_name(file, files) for file in known}
    roles = {file.shown: best[file.shown].role.role for file in known}
    guessed, unknown = [], [(file, "no role fits its columns") for file in files if file not in known]
    for file in known:
        one = _guess(sample, file, best[file.shown], names, roles, accounts)
        if isinstance(one, str):
            unknown.append((file, one))
        else:
            guessed.append(one)
    entries = {one.entry for one in guessed}
    for one in [one for one in guessed if _via(one) not in (None, *entries)]:
        guessed.remove(one)
        unknown.append((one.file, "no column leads to an account"))
    if accounts is None:
        _make_accounts(guessed)
    order = [role.role for role in reversed(words.ROLES)]
    return sorted(guessed, key=lambda one: order.index(one.role) if one.role != "events" else 99), unknown


def _make_accounts(guessed: Sequence[Guessed]) -> None:
    """Without a file of accounts, the file that names the most of them makes them."""

    def named(one: Guessed) -> int:
        account = one.said.get("account")
        return one.file.column(account).distinct if isinstance(account, str) else 0

    best = max(guessed, key=named, default=None)
    if best is not None and named(best):
        best.makes_accounts = str(best.said["account"])


def _via(one: Guessed) -> object:
    account = one.said.get("account")
    return account["via"] if isinstance(account, dict) and "via" in account else None


def _accounts_file(files: Sequence[FileProfile], best: dict[str, "_Candidate"]) -> FileProfile | None:
    """The file of accounts: named so, or the one to which most others point."""
    pointed = [target for file in files for target, _ in file.points_at.values()]
    candidates = [file for file in files if best[file.shown].role.role == "accounts" and best[file.shown].score >= 2]
    return max(candidates, key=lambda file: pointed.count(file.shown), default=None)


def _entry_name(file: FileProfile, files: Sequence[FileProfile]) -> str:
    """The file's name without what all names begin with."""
    first = file.name.split("_")[0]
    if len(files) > 1 and all(other.name.startswith(f"{first}_") for other in files):
        return file.name.removeprefix(f"{first}_")
    return file.name or "data"


def _fit(file: FileProfile, role: words.RoleWords) -> _Candidate:
    """How well the role fits: the file's name counts 3, a field 1; without a required field not at all."""
    free = [column for column in file.columns if column.type != "empty"]
    found: dict[str, ColumnProfile] = {}
    for wanted in role.fields:
        hit = None if wanted.field in found else next((c for c in free if _serves(file, c, wanted)), None)
        if hit is not None:
            found[wanted.field] = hit
            free.remove(hit)
        elif wanted.required and wanted.field not in found:
            return _Candidate(role, -1, {})
    score = len(found) + (3 if re.search(role.file, file.name) else 0)
    return _Candidate(role, score, found)


def _serves(file: FileProfile, column: ColumnProfile, wanted: words.FieldWords) -> bool:
    if column.name in file.points_at and wanted.wants != "id":
        return False
    fits = {
        "id": column.type in ("text", "whole"),
        "text": column.type == "text" and not (file.unique(column) and column.matches(words.KEY)),
        "date": column.is_date,
        "number": column.is_number and not (file.unique(column) and column.matches(words.KEY)),
        "boolean": column.type == "boolean",
        "email": column.type == "email",
        "any": True,
    }[wanted.wants]
    return fits and column.matches(wanted.pattern)


def _guess(
    sample: Sample, file: FileProfile, best: _Candidate, names: dict[str, str], roles: dict[str, str],
    accounts: FileProfile | None,
) -> Guessed | str:  # fmt: skip
    role = best.role.role
    key = _key(sample, file, best)
    if key is None:
        return "no columns together name a row"
    said: Said = {"key": key[0] if role in ("accounts", "people") or len(key) == 1 else key}
    used = set(key) if role != "events" else {key[0]}
    one = Guessed(file, names[file.shown], role, said)
    if role in ("accounts", "people") and len(key) > 1:
        return "no single column names a row"
    person = next((c for c, (t, _) in file.points_at.items() if roles.get(t) == "people" and t != file.shown), None)
    if role != "accounts":
        account = _account(file, names, accounts, person)
        if account is None and person is None:
            return "no column leads to an account"
        if account is not None:
            said["account"] = account
            used.add(account["on"] if isinstance(account, dict) else account)
        if person is not None and role in ("events", "tickets", "surveys"):
            said["person"] = person
            used.add(person)
    for name, column in best.fields.items():
        if column.name not in used or name in ("at", "opened", "start", "issued"):
            said[name] = _said(role, name, column, one)
            used.add(column.name)
    if role == "events" and "name" not in said:
        said["name"] = {"constant": snake(file.name)}
    if role == "surveys" and "kind" not in said:
        kind = next((k for k in ("nps", "csat", "ces") if k in file.name), _kind(best.fields["score"]))
        said["kind"] = {"constant": kind}
    rest = [column for column in file.columns if column.name not in used and column.type != "empty"]
    _rest(one, role, rest)
    one.said = {name: one.said[name] for name in sorted(one.said, key=_place)}
    return one


def _place(name: str) -> int:
    """Where a field stands in the map: who and when first, odds and ends last."""
    first = ("key", "account", "person", "start", "end", "opened", "closed", "issued", "due", "paid", "at", "name")
    return first.index(name) if name in first else len(first) + (name in ("traits", "properties"))


def _kind(score: ColumnProfile) -> str:
    return "csat" if score.greatest in ("5", "5.0") else "nps"


def _rest(one: Guessed, role: str, rest: Sequence[ColumnProfile]) -> None:
    """Columns that no field took: attributes of accounts and people, properties of events, else left out."""
    bucket = {"accounts": "traits", "people": "traits", "events": "properties"}.get(role)
    kept: dict[str, object] = {}
    for column in rest:
        if bucket is None or (role != "events" and column.matches(words.OUTCOMES)):
            one.left_out.append(column.name)
        else:
            kept[snake(column.name)] = _trait(column)
    if bucket is not None and kept:
        one.said[bucket] = kept
    if bucket == "traits" and any(column.matches(words.OUTCOMES) for column in rest):
        one.notes.append("Left out what tells how it ended: as an attribute it would give the answer away.")


def _trait(column: ColumnProfile) -> object:
    kind = {"whole": "number", "number": "number", "boolean": "boolean", "day": "date", "moment": "date"}.get(
        column.type
    )
    said: dict[str, object] = {"column": column.name}
    if kind is not None:
        said["type"] = kind
    if column.format is not None:
        said["format"] = column.format
    return said if len(said) > 1 else column.name


def _said(role: str, name: str, column: ColumnProfile, one: Guessed) -> object:
    said: dict[str, object] = {"column": column.name}
    if column.is_date and column.format is not None:
        said["format"] = column.format
        if column.ambiguous:
            one.notes.append(f"{column.name}: day and month could be the other way round.")
    if column.decimal_comma:
        said["decimal"] = ","
    if name in ("seconds", "first_response", "resolution"):
        unit = next((unit for pattern, unit in words.UNITS if column.matches(pattern)), "seconds")
        if unit != "seconds":
            said["unit"] = unit
        elif not column.matches(r"(^|_)sec"):
            one.notes.append(f"{column.name}: taken as seconds.")
    if name in ("mrr", "amount"):
        if column.matches(words.MINOR):
            said["unit"] = "minor"
        if name == "mrr" and column.matches(words.YEARLY):
            said["per"] = "year"
    return said if len(said) > 1 else column.name


def _account(
    file: FileProfile, names: dict[str, str], accounts: FileProfile | None, person: str | None
) -> str | dict[str, str] | None:
    """A column that points at the accounts, else one that points at a file that may know the account."""
    if accounts is not None:
        for column, (target, _) in file.points_at.items():
            if target == accounts.shown and target != file.shown:
                return column
    if accounts is None:
        named = [c.name for c in file.columns if c.matches(words.ACCOUNT) and c.type in ("text", "whole")]
        keyed = [name for name in named if re.search(words.KEY, snake(name))]
        if keyed or named:
            return (keyed or named)[0]
    for column, (target, _) in file.points_at.items():
        if target in names and target != file.shown and column != person:
            return {"via": names[target], "on": column}
    return {"via": names[file.points_at[person][0]], "on": person} if person is not None else None


def _key(sample: Sample, file: FileProfile, best: _Candidate) -> list[str] | None:
    """The column that names a row; else an id with a foreign key and the date; else the whole row for events."""
    unique = [column for column in file.columns if file.unique(column) and not column.is_date]
    ids = [column for column in unique if column.matches(words.KEY)]
    own = [column for column in ids if column.name not in file.points_at]
    if own or ids:
        return [(own or ids)[0].name]
    if best.role.role == "people" and "email" in best.fields and file.unique(best.fields["email"]):
        return [best.fields["email"].name]
    keyish = [c.name for c in file.columns if c.matches(words.KEY) or c.name in file.points_at]
    nameless = all(name in file.points_at for name in keyish)
    if best.role.role == "events" and nameless and best.fields["at"].type == "moment":
        return ["*"]  # a log: two rows of one second are two events
    keyish.sort(key=lambda name: name in file.points_at)
    date = [best.fields[name].name for name in ("at", "opened", "start", "issued") if name in best.fields]
    named = [best.fields["name"].name] if best.role.role == "events" and "name" in best.fields else []
    for columns in (keyish[:2] + date, keyish + date, keyish + date + named):
        chosen = list(dict.fromkeys(columns))
        if len(chosen) > 1 and sample.is_key(file, chosen):
            return chosen
    if best.role.role == "events":
        return ["*"]
    named_unique = [column.name for column in unique if column.type in ("text", "whole")]
    return named_unique[:1] or None

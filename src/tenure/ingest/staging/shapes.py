"""What each role of a source map takes from a row, and what it then states of a customer, as SQL over typed rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tenure.ingest.maps import roles
from tenure.ingest.maps.columns import AccountReference, Column, IdColumn, TraitColumn, Words
from tenure.ingest.staging import text as sql
from tenure.ingest.staging.cells import Cell, Kind

NOTHING = "CAST(NULL AS DOUBLE)"
_TRAIT_KINDS: dict[str, Kind] = {"text": "text", "number": "number", "boolean": "boolean", "date": "moment"}


@dataclass(frozen=True, slots=True)
class Facet:
    """One event that a row may state. Everything but `facet` and `usage` is SQL over the typed row."""

    facet: str
    name: str
    at: str
    day: str
    when: str = "TRUE"
    usage: bool = False
    count: str = "1.0"
    seconds: str = NOTHING
    value: str = NOTHING
    errors: str = NOTHING
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Something odd that is kept and counted: `when` is SQL over the typed row."""

    warning: str
    when: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A role, unfolded: the cells it takes, which of them are its key, and what it states."""

    name: str
    role: roles.Role
    cells: tuple[Cell, ...]
    key: tuple[Cell, ...]
    facets: tuple[Facet, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()

    @property
    def account(self) -> AccountReference | None:
        return None if isinstance(self.role, roles.Accounts) else self.role.account

    @property
    def person(self) -> IdColumn | None:
        match self.role:
            case roles.Memberships() | roles.TraitHistory() | roles.Events() | roles.Tickets() | roles.Surveys():
                return self.role.person
            case _:
                return None

    @property
    def whole_row(self) -> bool:
        """Whether a row is named by all it says."""
        return isinstance(self.role, roles.Events) and self.role.key == roles.WHOLE_ROW

    @property
    def dated_key(self) -> bool:
        """Whether the key names the day: a row then never moves to another month."""
        at = getattr(self.role, "at", None)
        key = getattr(self.role, "key", ())
        return len(self.facets) == 1 and isinstance(at, Column) and isinstance(key, tuple) and at.column in key

    def alias(self, name: str) -> str:
        """The typed column of a field of this role."""
        return f"{self.name}.{name}"


class Taking:
    """Collects a role's cells. `take` answers the SQL of the value, or of nothing when the map does not say it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cells: list[Cell] = []

    def take(
        self, field_name: str, column: Column | None, kind: Kind, *, required: bool = False, negative: bool = True,
        currency: str | None = None, choices: Words = (),
    ) -> str:  # fmt: skip
        if column is None:
            return "NULL"
        alias = f"{self.name}.{field_name}"
        self.cells.append(
            Cell(alias, column, kind, required=required, negative=negative, currency=currency, choices=choices)
        )
        return sql.name(alias)

    def day(self, field_name: str) -> str:
        return sql.name(f"{self.name}.{field_name}.day")

    def day_or_null(self, field_name: str, column: Column | None) -> str:
        return "NULL" if column is None else self.day(field_name)

    def key(self, columns: Sequence[str]) -> tuple[Cell, ...]:
        cells = [
            Cell(f"{self.name}.key{number}", IdColumn(column=column), "id", required=True)
            for number, column in enumerate(columns)
            if columns != roles.WHOLE_ROW
        ]
        self.cells += cells
        return tuple(cells)

    def who(self, account: AccountReference | None, person: IdColumn | None = None) -> None:
        if account is not None and account.via is not None:
            account = AccountReference(column=account.on)
        self.take("account", account, "id", required=True)
        self.take("person", person, "id", required=account is None)

    def traits(self, traits: Mapping[str, TraitColumn]) -> dict[str, str]:
        """JSON values of attributes by their key."""
        values = {}
        for key, column in traits.items():
            value = self.take(f"trait.{key}", column, _TRAIT_KINDS[column.type])
            values[key] = json_value(column.type, value, self.day(f"trait.{key}"))
        return values


def trait_values(shape: Shape, traits: Mapping[str, TraitColumn]) -> Iterator[tuple[str, str]]:
    """(key, JSON value as SQL) of a shape's attributes."""
    for key, column in traits.items():
        alias = shape.alias(f"trait.{key}")
        yield key, json_value(column.type, sql.name(alias), sql.name(f"{alias}.day"))


def joined_key(shape: Shape) -> str:
    """The row's key as one text; `__whole` where the whole row is its key."""
    return "__whole" if shape.whole_row else joined(shape.key)


def joined(key: Sequence[Cell]) -> str:
    names = [f"CAST({sql.name(cell.alias)} AS VARCHAR)" for cell in key]
    if len(names) == 1:
        return names[0]
    return f"concat_ws('|', {', '.join(f"replace({name}, '|', '||')" for name in names)})"


def json_value(kind: str, value: str, day: str) -> str:
    match kind:
        case "number":
            whole = f"{value} = trunc({value}) AND abs({value}) < 1e15"
            return f"CASE WHEN {whole} THEN to_json(CAST({value} AS BIGINT)) ELSE to_json({value}) END"
        case "date":
            return f"to_json(CAST({day} AS VARCHAR))"
        case _:
            return f"to_json({value})"

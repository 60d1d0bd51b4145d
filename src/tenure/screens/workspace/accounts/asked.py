"""What an address of a list asks for: whose accounts or people, which columns, filter, sort, group. All of it is in the
address, so that a list is shared by copying it and stands as it was when one comes back."""

from dataclasses import dataclass

from django.http import QueryDict

from tenure.measures.contracts import Catalogue, Entity
from tenure.measures.language import Expression, ExpressionError, parse
from tenure.screens.access import TeamRequest
from tenure.screens.workspace.accounts import columns as shown_columns
from tenure.screens.workspace.accounts.columns import Column
from tenure.screens.workspace.accounts.kinds import KINDS, Kind
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import Role
from tenure.views.contracts import Listed

SCOPES = (("mine", "Mine"), ("team", "My team"), ("all", "All"))
STATE = ("scope", "where", "sort", "group", "column")
"""The parameters that say what is listed; the others say which page of it, as of when, and by which view."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is listed, as written in the address. `sort` begins with `-` for the greatest first; no `sort` is that of
    the kind, no `columns` are the usual ones."""

    scope: str
    where: str = ""
    sort: str = ""
    group: str = ""
    columns: tuple[str, ...] = ()
    entity: Entity = "account"

    def __post_init__(self) -> None:
        object.__setattr__(self, "sort", self.sort or self.kind.sort)

    @property
    def kind(self) -> Kind:
        """What the list is of."""
        return KINDS[self.entity]

    def pairs(self) -> list[tuple[str, str]]:
        """As parameters of an address; the scope always, so that an address with a state says so."""
        plain = (
            ("where", self.where),
            ("sort", self.sort if self.sort != self.kind.sort else ""),
            ("group", self.group),
        )
        return [
            ("scope", self.scope),
            *((name, value) for name, value in plain if value),
            *(("column", each) for each in self.columns),
        ]

    def listed(self) -> Listed:
        """As a view keeps it."""
        return Listed(self.scope, self.where, self.sort, self.group, self.columns)


@dataclass(frozen=True, slots=True)
class Selection:
    """An `Asked` held against the fields there are. What of it is not there any more is in `gone`, and left out."""

    asked: Asked
    catalogue: Catalogue
    where: Expression | None
    error: ExpressionError | None
    owners: tuple[int, ...] | None
    sort: str
    descending: bool
    offer: list[Column]
    chosen: list[Column]
    group: Column | None
    gone: tuple[str, ...]


def asked(given: QueryDict, role: Role, entity: Entity = "account") -> Asked:
    """Out of an address or a form."""
    scope = given.get("scope", "")
    return Asked(
        scope=scope if scope in dict(SCOPES) else "mine" if role is Role.CSM else "all",
        where=given.get("where", "").strip()[:4_000],
        sort=given.get("sort", "").strip(),
        group=given.get("group", "").strip(),
        columns=tuple(dict.fromkeys(each for each in given.getlist("column") if each))[: shown_columns.MOST],
        entity=entity,
    )


def selection(request: TeamRequest, wanted: Asked) -> Selection:
    """What the list can show of what is asked."""
    kind = wanted.kind
    catalogue = kind.catalogue()
    where, error = _expression(wanted.where, catalogue)
    offer = shown_columns.offered(catalogue, kind)
    by_key = {each.key: each for each in offer}
    key = wanted.sort.removeprefix("-")
    named = by_key[key].field if key in by_key else catalogue.find(key)
    sortable = key in kind.always or (named is not None and named.type != "list")
    by = wanted.group or kind.grouped
    group = next((each for each in shown_columns.groupable(catalogue, kind) if each.key == by), None)
    lost = [each for each in wanted.columns if each not in by_key]
    lost += [] if sortable else [key]
    lost += [wanted.group] if wanted.group and group is None else []
    return Selection(
        asked=wanted,
        catalogue=catalogue,
        where=where,
        error=error,
        owners=_owners(request, wanted.scope),
        sort=key if sortable else kind.sort,
        descending=sortable and wanted.sort.startswith("-"),
        offer=offer,
        chosen=shown_columns.chosen(offer, wanted.columns, kind),
        group=group,
        gone=tuple(dict.fromkeys(lost)),
    )


def _owners(request: TeamRequest, scope: str) -> tuple[int, ...] | None:
    if scope == "all":
        return None
    return (request.member.id,) if scope == "mine" else tenants.team_ids(request.member)


def _expression(text: str, catalogue: Catalogue) -> tuple[Expression | None, ExpressionError | None]:
    """The filter, or what is wrong with it: a wrong filter shows the whole list under its error."""
    if not text:
        return None, None
    try:
        return parse(text, catalogue), None
    except ExpressionError as error:
        return None, error

"""What lists are of: accounts or people. The furniture (filter, columns, counts, views, file) is the same."""

from collections.abc import Mapping
from dataclasses import dataclass

from tenure.health import people
from tenure.health import queries as health
from tenure.measures.contracts import THROUGH, Catalogue, Entity

ACCOUNT_NAME = f"{THROUGH}name"
"""A person's column that holds the name of the account."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of list. `list`, `conditions`, `export` are names of addresses; `sort` is how it begins, `grouped` what it
    is counted by when nothing is chosen (empty: bands), `always` the columns of every list, that it can be sorted by.

    `usual` columns are shown when nobody has chosen, as far as the workspace has them: few, so that a row fits a
    laptop's window. `own` are not offered, because the list shows them anyway or says them better elsewhere; texts in
    `unique` hardly repeat, so nothing is counted by them."""

    entity: Entity
    one: str
    title: str
    place: str
    list: str
    conditions: str
    export: str
    hint: str
    sort: str
    grouped: str
    always: frozenset[str]
    usual: tuple[str, ...]
    own: frozenset[str]
    unique: frozenset[str]

    def catalogue(self) -> Catalogue:
        """The fields that its filter, columns and counts can name."""
        return people.catalogue() if self.entity == "person" else health.catalogue()

    def some(self, number: int) -> str:
        """`account` or `accounts`, `person` or `people`."""
        return self.one if number == 1 else self.title.lower()


ACCOUNTS = Kind(
    entity="account",
    one="account",
    title="Accounts",
    place="accounts",
    list="workspace:accounts",
    conditions="workspace:account-conditions",
    export="workspace:accounts-export",
    hint="Filter, for example: mrr >= 1000 and change(logins_28d) < -0.3",
    sort="score",
    grouped="",
    always=frozenset({"name", "owner", "score", "trend_30d"}),
    usual=("mrr", "renewal_on"),
    own=frozenset({"name", "external_id", "owner", "owner_id", "status", "score", "band", "trend_30d", "kind"}),
    unique=frozenset({"name", "external_id", "owner_id", "top_reason"}),
)
PEOPLE = Kind(
    entity="person",
    one="person",
    title="People",
    place="people",
    list="workspace:people",
    conditions="workspace:people-conditions",
    export="workspace:people-export",
    hint="Filter, for example: role = 'champion' and account.mrr >= 1000",
    sort="name",
    grouped="role",
    always=frozenset({"name", "role", ACCOUNT_NAME}),
    usual=("active_days_28d", "days_since_last_seen"),
    own=frozenset({"name", "external_id", "email", "title", "role", ACCOUNT_NAME}),
    unique=frozenset({"name", "external_id", "email", ACCOUNT_NAME, *(f"{THROUGH}{each}" for each in ACCOUNTS.unique)}),
)
KINDS: Mapping[Entity, Kind] = {"account": ACCOUNTS, "person": PEOPLE}

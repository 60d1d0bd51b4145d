"""What many accounts are to get: an owner, owners of a pool, a tag on or off, a value of a trait; out of an address or
a form, and as controls again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import QueryDict

from tenure.base.refusals import Invalid
from tenure.changes.contracts import Edit, OwnerEdit, SpreadEdit
from tenure.customers import queries as customers
from tenure.customers.contracts import CSM
from tenure.ownership import assigning
from tenure.ownership import queries as ownership
from tenure.ownership.contracts import Method, PoolView
from tenure.screens.workspace.traits import fields
from tenure.screens.workspace.traits.fields import Control
from tenure.traits import queries as traits
from tenure.traits.contracts import Editable, TraitEdit

NOBODY = "nobody"
OWNER, POOL, TAG_ON, TAG_OFF, TRAIT = "owner", "pool", "tag-on", "tag-off", "trait:"


@dataclass(frozen=True)
class Wanted:
    """What is asked for. `what` says the kind; a value of a trait comes with the key it was typed for (`of`), so that
    another trait does not take it over. `clear` empties the trait."""

    what: str
    owner: str = ""
    tag: str = ""
    value: str = ""
    clear: bool = False
    pool: str = ""
    method: str = Method.LEAST_ACCOUNTS.value

    @cached_property
    def traits(self) -> dict[str, Editable]:
        """Those that can be changed, by key."""
        return {each.key: each for each in traits.editable_traits("account")}

    @property
    def key(self) -> str:
        """The trait's key; empty where none is chosen."""
        return self.what.removeprefix(TRAIT) if self.what.startswith(TRAIT) else ""

    @cached_property
    def known_pools(self) -> list[PoolView]:
        """Pools that accounts can be spread over."""
        return ownership.pools()

    def edit(self, accounts: Sequence[int], day: date) -> Edit | None:
        """The change of these accounts on a day, once enough is said of it."""
        match self.what:
            case "owner":
                return OwnerEdit(_member(self.owner)) if self.owner else None
            case "pool":
                return self._spread(accounts, day)
            case "tag-on" | "tag-off":
                return TraitEdit.tag(self.tag.strip(), on=self.what == TAG_ON) if self.tag.strip() else None
            case _ if self.clear:
                return TraitEdit(self.key, "put", None)
            case _:
                return TraitEdit(self.key, "put", self.value.strip()) if self.value.strip() else None

    def _spread(self, accounts: Sequence[int], day: date) -> SpreadEdit | None:
        pool = next((each for each in self.known_pools if str(each.id) == self.pool), None)
        if pool is None:
            return None
        taken, _ = assigning.spread(accounts, pool=pool.id, method=self.method, day=day)
        what = "Owner" if pool.role == CSM else ownership.role_labels().get(pool.role, pool.role)
        return SpreadEdit(pool.name, pool.role, what, tuple(sorted(taken.items())))

    @property
    def of_owner(self) -> bool:
        """Whether members are changed, and nobody stands where nothing does."""
        return self.what in (OWNER, POOL)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The same as parameters of a form."""
        said = {
            "owner": self.owner, "tag": self.tag, "of": self.key if self.value else "", "value": self.value,
            "clear": "1" if self.clear else "", "pool": self.pool, "method": self.method if self.pool else "",
        }  # fmt: skip
        return (("what", self.what), *((name, value) for name, value in said.items() if value))

    @property
    def options(self) -> list[tuple[str, str]]:
        """What there is to choose from."""
        known = [(f"{TRAIT}{each.key}", each.label) for each in self.traits.values()]
        pool = [(POOL, "Owner: spread over a pool")] if self.known_pools or self.what == POOL else []
        return [(OWNER, "Owner"), *pool, (TAG_ON, "Tags: add one"), (TAG_OFF, "Tags: remove one"), *known]

    @property
    def owners(self) -> list[tuple[str, str]]:
        members = ((str(each.member), each.name) for each in customers.owner_options())
        return [("", "Choose…"), (NOBODY, "Nobody"), *members]

    @property
    def pools(self) -> list[tuple[str, str]]:
        return [("", "Choose…"), *((str(each.id), each.name) for each in self.known_pools)]

    @property
    def methods(self) -> list[tuple[str, str]]:
        return [(each.value, each.label) for each in Method]

    @property
    def tags(self) -> list[tuple[str, str]]:
        """The set to put on; to take off also what is retired."""
        return [(each.name, each.name) for each in traits.tags(retired=self.what == TAG_OFF)]

    def control(self, problem: str) -> Control | None:
        """What the value of the chosen trait is typed into."""
        trait = self.traits.get(self.key)
        return fields.control("account", trait.key, trait.type, self.value, problem) if trait else None


def wanted(given: QueryDict) -> Wanted:
    """Out of an address or a form; the owner where nothing is said. Refuses a kind that there is not."""
    what = given.get("what", OWNER)
    if what not in (OWNER, POOL, TAG_ON, TAG_OFF) and not what.startswith(TRAIT):
        raise Invalid("Choose what to change from the list.")
    key = what.removeprefix(TRAIT)
    return Wanted(
        what=what,
        owner=given.get("owner", "") if what == OWNER else "",
        tag=given.get("tag", "")[:200] if what in (TAG_ON, TAG_OFF) else "",
        value=given.get("value", "")[:2_000] if given.get("of") == key else "",
        clear=bool(given.get("clear")) and what.startswith(TRAIT),
        pool=given.get("pool", "")[:18] if what == POOL else "",
        method=given.get("method", "") or Method.LEAST_ACCOUNTS.value,
    )


def _member(text: str) -> int | None:
    """The member of a form's choice, None for nobody."""
    if text == NOBODY:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Invalid("Choose an owner from the list.")
    return int(text)

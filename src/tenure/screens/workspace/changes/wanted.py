"""What many accounts are to get: an owner, a tag on or off, a value of a trait; out of an address or a form, and as
controls again."""

from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict

from tenure.base.refusals import Invalid
from tenure.changes.contracts import Edit, OwnerEdit
from tenure.customers import queries as customers
from tenure.screens.workspace.traits import fields
from tenure.screens.workspace.traits.fields import Control
from tenure.traits import queries as traits
from tenure.traits.contracts import Editable, TraitEdit

NOBODY = "nobody"
OWNER, TAG_ON, TAG_OFF, TRAIT = "owner", "tag-on", "tag-off", "trait:"


@dataclass(frozen=True)
class Wanted:
    """What is asked for. `what` says the kind; a value of a trait comes with the key it was typed for (`of`), so that
    another trait does not take it over. `clear` empties the trait."""

    what: str
    owner: str = ""
    tag: str = ""
    value: str = ""
    clear: bool = False

    @cached_property
    def traits(self) -> dict[str, Editable]:
        """Those that can be changed, by key."""
        return {each.key: each for each in traits.editable_traits("account")}

    @property
    def key(self) -> str:
        """The trait's key; empty where none is chosen."""
        return self.what.removeprefix(TRAIT) if self.what.startswith(TRAIT) else ""

    @property
    def edit(self) -> Edit | None:
        """The change, once enough is said of it."""
        match self.what:
            case "owner":
                return OwnerEdit(_member(self.owner)) if self.owner else None
            case "tag-on" | "tag-off":
                return TraitEdit.tag(self.tag.strip(), on=self.what == TAG_ON) if self.tag.strip() else None
            case _ if self.clear:
                return TraitEdit(self.key, "put", None)
            case _:
                return TraitEdit(self.key, "put", self.value.strip()) if self.value.strip() else None

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The same as parameters of a form."""
        said = {
            "owner": self.owner, "tag": self.tag, "of": self.key if self.value else "", "value": self.value,
            "clear": "1" if self.clear else "",
        }  # fmt: skip
        return (("what", self.what), *((name, value) for name, value in said.items() if value))

    @property
    def options(self) -> list[tuple[str, str]]:
        """What there is to choose from."""
        known = [(f"{TRAIT}{each.key}", each.label) for each in self.traits.values()]
        return [(OWNER, "Owner"), (TAG_ON, "Tags: add one"), (TAG_OFF, "Tags: remove one"), *known]

    @property
    def owners(self) -> list[tuple[str, str]]:
        members = ((str(each.member), each.name) for each in customers.owner_options())
        return [("", "Choose…"), (NOBODY, "Nobody"), *members]

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
    if what not in (OWNER, TAG_ON, TAG_OFF) and not what.startswith(TRAIT):
        raise Invalid("Choose what to change from the list.")
    key = what.removeprefix(TRAIT)
    return Wanted(
        what=what,
        owner=given.get("owner", "") if what == OWNER else "",
        tag=given.get("tag", "")[:200] if what in (TAG_ON, TAG_OFF) else "",
        value=given.get("value", "")[:2_000] if given.get("of") == key else "",
        clear=bool(given.get("clear")) and what.startswith(TRAIT),
    )


def _member(text: str) -> int | None:
    """The member of a form's choice, None for nobody."""
    if text == NOBODY:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Invalid("Choose an owner from the list.")
    return int(text)

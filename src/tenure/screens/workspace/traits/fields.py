"""How a trait stands and how it is typed: its value on the page's day, and the control for its type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tenure.customers.contracts import Entity, TraitType, TraitValue
from tenure.health import people
from tenure.health import queries as health
from tenure.measures.contracts import Field
from tenure.screens.access import TeamRequest
from tenure.tenants.contracts import Permission
from tenure.tenants.queries import as_of_day
from tenure.traits import queries
from tenure.traits.contracts import TAGS

YES_NO = (("yes", "Yes"), ("no", "No"))
HELP: Mapping[TraitType, str] = {
    "number": "A number such as 1200 or 0.5.",
    "list": "Several by comma.",
    "text": "One of those that there are, or another.",
}
COLUMN_OF_TAGS = f"t__{TAGS}"


@dataclass(frozen=True, slots=True)
class Control:
    """What a value is typed into: by the trait's type, with the values that there are."""

    type: TraitType
    value: str
    help: str
    error: str
    known: tuple[tuple[str, str], ...]


def control(entity: Entity, key: str, of_type: TraitType, value: str, error: str = "") -> Control:
    """The control of a trait with a value in it."""
    known = known_values(entity, key) if of_type == "text" else ()
    help_text = HELP.get(of_type, "") if of_type != "text" or known else ""
    return Control(of_type, value, help_text, error, known)


def known_values(entity: Entity, key: str) -> tuple[tuple[str, str], ...]:
    """The commonest values of a trait, as a list offers them: what is typed, what is shown."""
    catalogue = health.catalogue(values=True) if entity == "account" else people.catalogue(values=True)
    field = catalogue.find(f"trait.{key}")
    return tuple((each.value, each.value) for each in field.values if each.value) if field else ()


def may_change(request: TeamRequest) -> bool:
    """Whether she may change traits, and looks at the present: what is over stays as it was."""
    return request.member.may(Permission.EDIT_ACCOUNTS) and is_present(request)


def is_present(request: TeamRequest) -> bool:
    return request.as_of == as_of_day(request.workspace)


def standing(field: Field, facts: Mapping[str, object], lately: Mapping[str, TraitValue]) -> object:
    """A trait's value: what a member said a moment ago, else that of the day's facts."""
    if field.key not in lately:
        return facts.get(field.column)
    value = lately[field.key]
    if field.type == "date":
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    return value


def tags_of(facts: Mapping[str, object], lately: Mapping[str, TraitValue]) -> tuple[str, ...]:
    """The tags of an account, likewise."""
    held = lately[TAGS] if TAGS in lately else facts.get(COLUMN_OF_TAGS)
    return tuple(map(str, held)) if isinstance(held, Sequence) and not isinstance(held, str) else ()


def said_lately(request: TeamRequest, entity: Entity, subject: int) -> Mapping[str, TraitValue]:
    """What the day's facts may not have yet: nothing on a day that is over. One query."""
    return queries.lately(entity, subject) if is_present(request) else {}

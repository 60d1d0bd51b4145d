"""Another owner for many accounts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from tenure.base.refusals import Conflict, NotFound
from tenure.changes.contracts import Outcome, OwnerEdit
from tenure.customers import queries as customers
from tenure.customers.actions import change_owners
from tenure.customers.contracts import OwnerOutcome, TraitValue
from tenure.tenants.contracts import MemberView
from tenure.tenants.queries import members_by_id


@dataclass(frozen=True, slots=True)
class OwnerChange:
    """Values are numbers of members."""

    edit: OwnerEdit
    name: str = ""
    what: str = "Owner"

    @classmethod
    def of(cls, edit: OwnerEdit) -> Self:
        """Refuses who is no member of the team, or not any more. One query, none for nobody."""
        if edit.member is None:
            return cls(edit, "Nobody")
        found = members_by_id([edit.member]).get(edit.member)
        if found is None:
            raise NotFound("There is no such member. Choose an owner from the list.")
        if not found.active:
            raise Conflict(f"{found.label} has left the team. Choose somebody who is active.")
        return cls(edit, found.label)

    @property
    def title(self) -> str:
        return f"Owner → {self.name}"

    def standing(self, accounts: Collection[int]) -> Mapping[int, TraitValue]:
        return dict[int, TraitValue](customers.owners_among(set(accounts)))

    def then(self, account: int, value: TraitValue) -> TraitValue:
        return self.edit.member

    def refused(self, accounts: Collection[int]) -> Mapping[int, str]:
        return {}

    def written(self, values: Sequence[TraitValue]) -> list[str]:
        return names_of(values)

    def make(self, accounts: Sequence[int], *, by: MemberView, on: date) -> list[Outcome]:
        return outcomes_of(change_owners(wanted=dict.fromkeys(accounts, self.edit.member), by=by, on=on))

    def undo(self, before: Mapping[int, TraitValue], *, by: MemberView, on: date) -> list[Outcome]:
        wanted = {account: member if isinstance(member, int) else None for account, member in before.items()}
        only_from = dict.fromkeys(wanted, self.edit.member)
        return outcomes_of(change_owners(wanted=wanted, only_from=only_from, by=by, on=on))


def names_of(values: Sequence[TraitValue]) -> list[str]:
    """Members by number as people read them. One query."""
    known = members_by_id(sorted({each for each in values if isinstance(each, int)}))
    return [known[each].label if isinstance(each, int) and each in known else "" for each in values]


def outcomes_of(found: Sequence[OwnerOutcome]) -> list[Outcome]:
    """What became of owners, as a change set keeps it."""
    return [Outcome(each.account, each.before, each.outcome, each.reason) for each in found]

"""Owners out of a pool for many accounts, as it was worked out for each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tenure.changes.contracts import Outcome, SpreadEdit
from tenure.changes.kinds.owner import names_of, outcomes_of
from tenure.customers import queries as customers
from tenure.customers.actions import change_owners
from tenure.customers.contracts import OwnerOutcome, TraitValue
from tenure.tenants.contracts import MemberView


@dataclass(frozen=True)
class SpreadChange:
    """Values are numbers of members."""

    edit: SpreadEdit

    @property
    def what(self) -> str:
        return self.edit.what

    @property
    def title(self) -> str:
        return f"{self.edit.what} → pool {self.edit.pool}"

    @property
    def full(self) -> str:
        """Why an account is left out."""
        return f"Nobody in pool {self.edit.pool} has room for it."

    @cached_property
    def plan(self) -> Mapping[int, int]:
        """The member of each account."""
        return dict(self.edit.plan)

    def standing(self, accounts: Collection[int]) -> Mapping[int, TraitValue]:
        return dict[int, TraitValue](customers.owners_among(set(accounts), role=self.edit.role))

    def then(self, account: int, value: TraitValue) -> TraitValue:
        return self.plan.get(account, value)

    def refused(self, accounts: Collection[int]) -> Mapping[int, str]:
        return dict.fromkeys(set(accounts) - self.plan.keys(), self.full)

    def written(self, values: Sequence[TraitValue]) -> list[str]:
        return names_of(values)

    def make(self, accounts: Sequence[int], *, by: MemberView, on: date) -> list[Outcome]:
        wanted = {each: self.plan[each] for each in accounts if each in self.plan}
        found = change_owners(wanted=wanted, by=by, on=on, role=self.edit.role)
        left = [OwnerOutcome(each, None, "refused", self.full) for each in accounts if each not in self.plan]
        return outcomes_of([*found, *left])

    def undo(self, before: Mapping[int, TraitValue], *, by: MemberView, on: date) -> list[Outcome]:
        wanted = {account: member if isinstance(member, int) else None for account, member in before.items()}
        only_from = {each: self.plan.get(each) for each in wanted}
        return outcomes_of(change_owners(wanted=wanted, only_from=only_from, by=by, on=on, role=self.edit.role))

"""Another value of a trait for many accounts, or a tag put on them or taken off."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from tenure.changes.contracts import Outcome
from tenure.customers.contracts import TraitOutcome, TraitValue
from tenure.tenants.contracts import MemberView
from tenure.traits import actions, queries, rules
from tenure.traits.contracts import TraitEdit

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class TraitChange:
    """Values are those of the trait."""

    edit: TraitEdit

    @classmethod
    def of(cls, edit: TraitEdit) -> Self:
        """Refuses a trait that is not changed by hand, a value that does not fit it, a tag that is not in the set."""
        return cls(queries.checked(edit))

    @property
    def what(self) -> str:
        return rules.label(self.edit.key)

    @property
    def title(self) -> str:
        said = rules.words(self.edit.value)
        return f"{self.what} {'→' if self.edit.verb == 'put' else '+' if self.edit.verb == 'add' else MINUS} {said}"

    def standing(self, accounts: Collection[int]) -> Mapping[int, TraitValue]:
        return queries.standing(self.edit.key, accounts)

    def then(self, account: int, value: TraitValue) -> TraitValue:
        return rules.edited(self.edit, value)

    def refused(self, accounts: Collection[int]) -> Mapping[int, str]:
        return {}

    def written(self, values: Sequence[TraitValue]) -> list[str]:
        return [rules.typed(each) for each in values]

    def make(self, accounts: Sequence[int], *, by: MemberView, on: date) -> list[Outcome]:
        return _outcomes(actions.change_traits(entity="account", edit=self.edit, ids=accounts, by=by))

    def undo(self, before: Mapping[int, TraitValue], *, by: MemberView, on: date) -> list[Outcome]:
        return _outcomes(actions.undo_traits(entity="account", edit=self.edit, before=before, by=by))


def _outcomes(found: Sequence[TraitOutcome]) -> list[Outcome]:
    return [Outcome(each.id, each.before, each.outcome, each.reason) for each in found]

"""Sets of tags that a workspace keeps, so that a tag means the same to everybody: of entries, of accounts."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tenure.base import clock
from tenure.base.refusals import Conflict, Invalid, NotFound, Problem
from tenure.tenants.contracts import MemberView
from tenure.tenants.trail import record_audit

LONGEST_TAG = 40


@dataclass(frozen=True, slots=True)
class TagSet:
    """The rows of `model` (with `name` and `retired_at`); `audit` begins the actions of the trail, `usual` is offered
    where there is none yet."""

    model: Any
    audit: str
    usual: tuple[str, ...]

    @transaction.atomic
    def add(self, *, name: str, by: MemberView) -> int:
        """A new tag, or a retired one of that name again; its id. Refuses one that is there, and a name with a
        comma."""
        said = " ".join(name.split())
        if not 0 < len(said) <= LONGEST_TAG or "," in said:
            text = f"A tag is a name of at most {LONGEST_TAG} characters, without a comma."
            raise Invalid(text, [Problem("not a name", "name")])
        row = self.model.objects.select_for_update().filter(name__iexact=said).first()
        if row is not None and row.retired_at is None:
            raise Conflict(f"There is a tag {row.name} already.")
        if row is not None:
            self.retire(tag=row.pk, by=by, retired=False)
            return int(row.pk)
        row = self.model.objects.create(name=said)
        record_audit(by=by, action=f"{self.audit}.added", object=f"tag {said}")
        return int(row.pk)

    @transaction.atomic
    def add_usual(self, *, by: MemberView) -> int:
        """The usual tags, those that are not there yet; how many."""
        there = {name.casefold() for name in self.model.objects.values_list("name", flat=True)}
        return len([self.add(name=name, by=by) for name in self.usual if name.casefold() not in there])

    @transaction.atomic
    def retire(self, *, tag: int, by: MemberView, retired: bool = True) -> None:
        """Offer it no more, or again; what has it keeps it either way. Audited."""
        row = self.model.objects.select_for_update().filter(pk=tag).first()
        if row is None:
            raise NotFound("There is no such tag.")
        row.retired_at = clock.now() if retired else None
        row.save(update_fields=["retired_at"])
        record_audit(
            by=by, action=f"{self.audit}.retired" if retired else f"{self.audit}.brought_back", object=f"tag {row.name}"
        )

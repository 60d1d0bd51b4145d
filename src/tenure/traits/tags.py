"""The tags there are for accounts: a set that the workspace keeps, so that a tag means the same to everybody."""

from django.db import transaction

from tenure.base import clock
from tenure.base.refusals import Conflict, Invalid, NotFound, Problem
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView
from tenure.traits.contracts import AccountTagView
from tenure.traits.models import AccountTag
from tenure.traits.rules import LONGEST_TAG

USUAL = ("Advocate", "At legal", "Beta programme", "Competitor in play", "Key account", "Reference")
"""Offered where there is none yet."""


def tags(*, retired: bool = False) -> list[AccountTagView]:
    """The tags by name, retired ones last and only when asked for. One query."""
    rows = AccountTag.objects.order_by("name", "id")
    found = [AccountTagView(row.pk, row.name, row.retired_at is not None) for row in rows]
    return sorted(
        (tag for tag in found if retired or not tag.retired), key=lambda tag: (tag.retired, tag.name.casefold())
    )


def tag_named(name: str) -> str:
    """The tag as the set writes it; refuses with `Invalid` what is not in it, or retired. One query."""
    said = " ".join(name.split())
    row = AccountTag.objects.filter(name__iexact=said).first()
    if row is None or row.retired_at is not None:
        what = f"The tag {row.name} is retired." if row else f"There is no tag {said}." if said else "Choose a tag."
        text = f"{what} Take one of the list; an admin adds others in the settings."
        raise Invalid(text, [Problem(text, "tag")])
    return row.name


@transaction.atomic
def add_tag(*, name: str, by: MemberView) -> int:
    """A new tag, or a retired one of that name again; its id. Refuses one that is there, and a name with a comma."""
    said = " ".join(name.split())
    if not 0 < len(said) <= LONGEST_TAG or "," in said:
        raise Invalid(
            f"A tag is a name of at most {LONGEST_TAG} characters, without a comma.", [Problem("not a name", "name")]
        )
    row = AccountTag.objects.select_for_update().filter(name__iexact=said).first()
    if row is not None and row.retired_at is None:
        raise Conflict(f"There is a tag {row.name} already.")
    if row is not None:
        retire_tag(tag=row.pk, by=by, retired=False)
        return row.pk
    row = AccountTag.objects.create(name=said)
    record_audit(by=by, action="account_tag.added", object=f"tag {said}")
    return row.pk


@transaction.atomic
def add_usual_tags(*, by: MemberView) -> int:
    """The usual tags, those that are not there yet; how many."""
    there = {name.casefold() for name in AccountTag.objects.values_list("name", flat=True)}
    return len([add_tag(name=name, by=by) for name in USUAL if name.casefold() not in there])


@transaction.atomic
def retire_tag(*, tag: int, by: MemberView, retired: bool = True) -> None:
    """Offer it no more, or again; accounts keep it either way. Audited."""
    row = AccountTag.objects.select_for_update().filter(pk=tag).first()
    if row is None:
        raise NotFound("There is no such tag.")
    row.retired_at = clock.now() if retired else None
    row.save(update_fields=["retired_at"])
    action = "account_tag.retired" if retired else "account_tag.brought_back"
    record_audit(by=by, action=action, object=f"tag {row.name}")

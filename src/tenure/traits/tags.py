"""The tags there are for accounts: a set that the workspace keeps, so that a tag means the same to everybody."""

from tenure.base.refusals import Invalid, Problem
from tenure.tenants.actions import TagSet
from tenure.traits.contracts import AccountTagView
from tenure.traits.models import AccountTag

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


_SET = TagSet(AccountTag, audit="account_tag", usual=USUAL)
add_tag, add_usual_tags, retire_tag = _SET.add, _SET.add_usual, _SET.retire

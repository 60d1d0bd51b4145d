"""What a layout would show at one account, and whether it would hold there at all."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from tenure.customers import queries as customers
from tenure.health import lists
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to
from tenure.segments import queries as segments
from tenure.tenants.permissions import Role
from tenure.views import queries
from tenure.views.contracts import SECTIONS, TABS, Layout


@dataclass(frozen=True, slots=True)
class Preview:
    """`said` is which layout holds for that account and role; `tabs` and `sections` are what it shows. `problem` says
    what is missing for a preview."""

    problem: str = ""
    account: str = ""
    href: str = ""
    said: str = ""
    tabs: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


def of(request: TeamRequest, key: str, body: Mapping[str, object], account: str, role: str) -> Preview:
    """The preview for the first account that goes by this name or id, and a member of this role."""
    try:
        mine = Layout.model_validate(body)
    except ValidationError as error:
        return Preview(problem=error.errors()[0]["msg"].removeprefix("Value error, ").capitalize() + ".")
    found = customers.find_accounts(account, limit=1) if account else []
    if not found:
        return Preview(problem=f"No account goes by {account!r}." if account else "Name an account to look at.")
    seen_by = Role(role) if role in list(Role) else Role.CSM
    inside = segments.inside(lists.facts_of_account(found[0].id, request.as_of))
    holds = queries.layout_with(key, mine, role=seen_by, inside=inside)
    if holds is None:
        said = "No layout fits: everything stands as usual"
    else:
        said = "This layout holds" if holds is mine else f"Another layout holds: {holds.name}"
    return Preview(
        account=found[0].name or found[0].external_id,
        href=to(request, "workspace:account", account=found[0].id),
        said=f"{said} ({seen_by.label}).",
        tabs=holds.shown_tabs if holds else TABS,
        sections=holds.shown_sections if holds else SECTIONS,
    )

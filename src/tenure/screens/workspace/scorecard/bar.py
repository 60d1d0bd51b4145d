"""What stands above every page of the studio: the version in force, the draft, the ways between the pages."""

from collections.abc import Mapping

from tenure.health.studio import Draft
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to
from tenure.tenants.contracts import Permission

PAGES = (
    ("In force", "workspace:scorecard"),
    ("Record", "workspace:scorecard-record"),
    ("Edit", "workspace:studio"),
    ("What-if", "workspace:what-if"),
    ("Versions", "workspace:scorecard-versions"),
)


def context(request: TeamRequest, draft: Draft, page: str) -> Mapping[str, object]:
    """For the templates that include `workspace/scorecard/_bar.html`."""
    return {
        "draft": draft,
        "changed": formats.count(len(draft.changes), "change"),
        "may_change": request.member.may(Permission.CONFIGURE),
        "tabs": tabs(request, page),
    }


def tabs(request: TeamRequest, page: str) -> list[tuple[str, str, bool, None]]:
    """The pages about the scorecard."""
    return [(name, to(request, address), address == page, None) for name, address in PAGES]

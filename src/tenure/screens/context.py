"""What every page's template can count on."""

from collections.abc import Mapping

from django.http import HttpRequest

from tenure.base import tenancy
from tenure.definitions import queries as definitions
from tenure.tenants import queries as tenants


def page(request: HttpRequest) -> Mapping[str, object]:
    """Workspace, member, as-of and the workspace's words; only what the request has, and at most two queries."""
    workspace = getattr(request, "workspace", None)
    if workspace is None:
        return {"workspace": None, "member": None, "as_of": None, "theme": _theme(request)}
    # A refusal is rendered after the view has left its workspace.
    with tenancy.workspace(workspace.id):
        words = definitions.labels()
    return {
        "workspace": workspace,
        "member": request.member,  # type: ignore[attr-defined]
        "as_of": request.as_of,  # type: ignore[attr-defined]
        "as_of_is_past": request.as_of != tenants.as_of_day(workspace),  # type: ignore[attr-defined]
        "words": words,
        "theme": _theme(request),
    }


def _theme(request: HttpRequest) -> str:
    """`light`, `dark`, or empty for what the system says."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in ("light", "dark") else ""

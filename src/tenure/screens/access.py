"""The door of every team page: who asks, in which workspace, and whether her role allows it.

`@page(Permission.VIEW)` on a view under `/w/<slug>/…` signs in, finds the membership (404 for anybody else, so
that a stranger learns nothing), checks the permission, enters the workspace and sets `request.workspace`,
`request.member` and `request.as_of`.
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Concatenate

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

from tenure.base import tenancy
from tenure.base.refusals import Forbidden, Invalid, NotFound
from tenure.tenants import queries
from tenure.tenants.contracts import MemberView, Permission, WorkspaceView

READING = frozenset({Permission.VIEW, Permission.VIEW_AUDIT})


class TeamRequest(HttpRequest):
    """A request of a signed-in member inside her workspace."""

    workspace: WorkspaceView
    member: MemberView
    as_of: date


def page[**P](
    permission: Permission, *, writes: Permission | None = None
) -> Callable[
    [Callable[Concatenate[TeamRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, str, P], HttpResponseBase],
]:
    """Guard a view: `permission` to open it, `writes` for anything but GET and HEAD.

    Without `writes`, what a reading permission opens takes GET and HEAD only, and any other permission goes for both.
    """
    writing = writes or (None if permission in READING else permission)

    def guard(
        view: Callable[Concatenate[TeamRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, /, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            with queries.seated(slug=slug, user_id=_named(request)) as seat:
                if not request.user.is_authenticated:
                    return _sign_in(request)
            if seat is None or seat[1].user_id != request.user.pk:
                raise NotFound("There is no such page, or you are not a member of its workspace.")
            workspace, member = seat
            with tenancy.workspace(workspace.id):
                tenancy.remembered(("workspace", workspace.id), lambda: workspace)
                request.workspace, request.member = workspace, member  # type: ignore[attr-defined]
                # A refusal of the day asked for is itself a page, and speaks of the workspace's own day.
                request.as_of = queries.as_of_day(workspace)  # type: ignore[attr-defined]
                request.as_of = _as_of(request, request.as_of)  # type: ignore[attr-defined]
                needed = permission if request.method in ("GET", "HEAD") else writing
                if needed is None:
                    return HttpResponseNotAllowed(["GET", "HEAD"])
                if not member.may(needed):
                    raise Forbidden(
                        f"Your role ({member.role.label}) does not allow this. Ask an admin of the workspace."
                    )
                answer = view(request, *args, **kwargs)  # type: ignore[arg-type]
                # Template responses would render after we have left the workspace.
                render = getattr(answer, "render", None)
                return render() if callable(render) else answer

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.writes = writing  # type: ignore[attr-defined]
        # Django passes the slug by name; a Callable cannot say that.
        return guarded  # type: ignore[return-value]

    return guard


def _named(request: HttpRequest) -> int | None:
    """The user whom the session names; not yet checked."""
    named = request.session.get(SESSION_KEY, "")
    return int(named) if named.isdecimal() else None


def _sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back; an htmx fragment sends the whole page there."""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = f"/accounts/login/?next={request.headers.get('HX-Current-URL', '/')}"
        return answer
    return redirect_to_login(request.get_full_path())


def _as_of(request: HttpRequest, standing: date) -> date:
    """The page's as-of: `?as_of=YYYY-MM-DD` when given, else the workspace's, `standing`."""
    given = request.GET.get("as_of", "")
    if not given:
        return standing
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise Invalid(f"as_of={given!r} is not a date. Write it as 2026-01-31.") from None
    if day > standing:
        raise Invalid(f"as_of={given} lies after {standing.isoformat()}, the last day this workspace knows.")
    return day

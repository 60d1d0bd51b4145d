"""Settings · API keys: made once in clear, revoked at once."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tenure.base.refusals import Refusal
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.tenants import actions, queries
from tenure.tenants.contracts import ApiKeyView, Permission

KINDS = (
    ("server", "Server key – secret, for servers"),
    ("browser", "Browser key – public, for web pages"),
)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key without the key."""

    id: int
    name: str
    kind: str
    start: str
    origins: str
    created: str
    used: str
    revoked: str
    ends: str


@never_cache
@page(Permission.MANAGE_KEYS)
def keys(request: TeamRequest) -> HttpResponse:
    """The list; POST makes one and shows it for the only time."""
    if request.method != "POST":
        return _page(request)
    given = {name: request.POST.get(name, "").strip() for name in ("name", "kind", "origins")}
    try:
        made = actions.make_key(
            name=given["name"], kind=given["kind"], by=request.member, origins=given["origins"].split()
        )
    except Refusal as refusal:
        return _page(request, problem=refusal.message, given=given)
    return _page(request, made=made.view.name, key=made.key)


@never_cache
@page(Permission.MANAGE_KEYS)
@require_POST
def key_rotations(request: TeamRequest, api_key: int) -> HttpResponse:
    """Replace a key by one like it; both work for a week. The new one is shown for the only time."""
    made = actions.rotate_key(key=api_key, by=request.member)
    return _page(request, made=made.view.name, key=made.key)


@page(Permission.MANAGE_KEYS)
@require_POST
def key_revocations(request: TeamRequest, api_key: int) -> HttpResponse:
    """Revoke a key."""
    actions.revoke_key(key=api_key, by=request.member)
    messages.success(request, "The key is revoked: from now on it opens nothing.")
    return redirect("workspace:keys", slug=request.workspace.slug)


def _page(
    request: TeamRequest, *, problem: str = "", given: dict[str, str] | None = None, made: str = "", key: str = ""
) -> HttpResponse:
    context = {
        "section": "keys",
        "rows": [_row(view) for view in queries.api_keys()],
        "kinds": KINDS,
        "problem": problem,
        "given": given or {"name": "", "kind": "server", "origins": ""},
        "made": made,
        "key": key,
    }
    return render(request, "workspace/settings/keys.html", context, status=422 if problem else 200)


def _row(view: ApiKeyView) -> KeyRow:
    return KeyRow(
        id=view.id,
        name=view.name,
        kind=view.kind,
        start=view.prefix,
        origins=", ".join(view.origins),
        created=formats.day(view.created_at),
        used=formats.day(view.last_used_at) if view.last_used_at else "Never",
        revoked=formats.day(view.revoked_at) if view.revoked_at else "",
        ends=formats.day(view.expires_at) if view.expires_at else "",
    )

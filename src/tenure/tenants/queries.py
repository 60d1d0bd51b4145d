"""Reads about workspaces, members, keys and the audit trail."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from tenure.base import clock, cursors, tenancy
from tenure.base.refusals import NotFound
from tenure.tenants import backends, keys
from tenure.tenants.contracts import ApiKeyView, KeyInForce, MemberView, WorkspaceView
from tenure.tenants.models import ApiKey, AuditEntry, Invitation, Member, Workspace
from tenure.tenants.permissions import Role


def _view(row: Workspace) -> WorkspaceView:
    return WorkspaceView(
        row.pk, row.slug, row.name, row.timezone, row.currency, row.as_of, tuple(str(d) for d in row.own_domains)
    )


def workspace(slug: str) -> WorkspaceView:
    """The workspace with this slug; refuses with `NotFound`. One query."""
    row = Workspace.objects.filter(slug=slug).first()
    if row is None:
        raise NotFound(f"There is no workspace {slug!r}.")
    return _view(row)


def workspace_by_id(workspace_id: int) -> WorkspaceView:
    """The workspace with this id; refuses with `NotFound`. One query, none where it was read before."""
    return tenancy.remembered(("workspace", workspace_id), lambda: _workspace_by_id(workspace_id))


def _workspace_by_id(workspace_id: int) -> WorkspaceView:
    row = Workspace.objects.filter(pk=workspace_id).first()
    if row is None:
        raise NotFound("There is no such workspace.")
    return _view(row)


def here() -> WorkspaceView:
    """The workspace we are in. No query where it was read before."""
    return workspace_by_id(tenancy.current_workspace_id())


def workspaces() -> list[WorkspaceView]:
    """All workspaces of this installation, by slug. For the command line and the worker."""
    return [_view(row) for row in Workspace.objects.order_by("slug")]


def workspaces_of(user_id: int) -> list[WorkspaceView]:
    """The workspaces in which the user is an active member, by name. One query."""
    member = Member.every_workspace.filter(user_id=user_id, deactivated_at=None)
    return [_view(row) for row in Workspace.objects.filter(pk__in=member.values("workspace")).order_by("name", "pk")]


def as_of_day(view: WorkspaceView) -> date:
    """The day the workspace believes to be today: its as-of, else today in its time zone."""
    return view.as_of or clock.today(view.timezone)


def _member(row: Member) -> MemberView:
    return MemberView(
        row.pk, row.user_id, row.user.email, row.user.name, Role(row.role), row.manager_id,
        row.deactivated_at is None and row.user.is_active, row.joined_at,
    )  # fmt: skip


@contextmanager
def seated(*, slug: str, user_id: int | None) -> Iterator[tuple[WorkspaceView, MemberView] | None]:
    """The workspace and the membership of the user whom a session names; None without one. One query.

    Inside, the session finds its user without a query of its own. A session may be out of date: who it is that asks
    is known only after Django has checked it.
    """
    row = _seat(slug, user_id) if user_id is not None else None
    with backends.known(row.user if row else None):
        yield (_view(row.workspace), _member(row)) if row else None


def membership(*, slug: str, user_id: int) -> tuple[WorkspaceView, MemberView]:
    """The workspace and the user's active membership in it; `NotFound` for everybody else. One query."""
    row = _seat(slug, user_id)
    if row is None:
        raise NotFound("There is no such page, or you are not a member of its workspace.")
    return _view(row.workspace), _member(row)


def _seat(slug: str, user_id: int) -> Member | None:
    rows = Member.every_workspace.filter(workspace__slug=slug, user_id=user_id, deactivated_at=None)
    return rows.select_related("workspace", "user").first()


def members(*, active_only: bool = False) -> list[MemberView]:
    """The workspace's members by name. One query."""
    rows = Member.objects.select_related("user").order_by("user__name", "user__email")
    if active_only:
        rows = rows.filter(deactivated_at=None)
    return [_member(row) for row in rows]


def members_by_id(ids: Sequence[int]) -> dict[int, MemberView]:
    """Members by id, deactivated ones too. One query."""
    return {row.pk: _member(row) for row in Member.objects.select_related("user").filter(pk__in=ids)}


def team_ids(member: MemberView) -> tuple[int, ...]:
    """Whose accounts are "my team's": one's own and one's reports'; who has no reports, her manager's reports."""
    above = {member.id} | ({member.manager_id} if member.manager_id else set())
    rows = list(Member.objects.filter(manager_id__in=above).order_by("pk").values_list("pk", "manager_id"))
    reports = [pk for pk, manager in rows if manager == member.id] or [pk for pk, _ in rows]
    return tuple(dict.fromkeys([member.id, *reports]))


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An open invitation."""

    id: int
    email: str
    role: Role
    invited_by: str
    invited_at: datetime
    expires_at: datetime


def open_invitations() -> list[InvitationView]:
    """Invitations that can still be accepted, newest first. One query."""
    rows = Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=clock.now())
    return [
        InvitationView(r.pk, r.email, Role(r.role), str(r.invited_by.user), r.invited_at, r.expires_at)
        for r in rows.select_related("invited_by__user").order_by("-id")
    ]


def invitation_for(token: str) -> tuple[WorkspaceView, InvitationView]:
    """The invitation behind a link; refuses one that is used, revoked, expired or unknown, all the same way."""
    row = (
        Invitation.every_workspace.filter(token_hash=keys.digest(token), accepted_at=None, revoked_at=None)
        .filter(expires_at__gt=clock.now())
        .select_related("workspace", "invited_by__user")
        .first()
    )
    if row is None:
        raise NotFound("This invitation was used, withdrawn or has expired. Ask for a new one.")
    view = InvitationView(row.pk, row.email, Role(row.role), str(row.invited_by.user), row.invited_at, row.expires_at)
    return _view(row.workspace), view


def api_keys() -> list[ApiKeyView]:
    """The workspace's keys, those in force first. One query."""
    return [key_view(row) for row in ApiKey.objects.order_by("revoked_at", "-id")]


def key_view(row: ApiKey) -> ApiKeyView:
    """A key without the key."""
    return ApiKeyView(
        row.pk, row.name, row.kind, row.prefix, tuple(row.origins), row.created_at, row.last_used_at, row.revoked_at,
        row.expires_at,
    )  # fmt: skip


def key_in_force(key: str) -> KeyInForce | None:
    """Whom a key given with a request belongs to; None when it is unknown, revoked or expired. One query."""
    row = (
        ApiKey.every_workspace.filter(key_hash=keys.digest(key), revoked_at=None)
        .exclude(expires_at__lte=clock.now())
        .first()
    )
    if row is None:
        return None
    return KeyInForce(row.pk, row.workspace_id, row.kind, row.name, tuple(row.origins), row.expires_at)


@dataclass(frozen=True, slots=True)
class AuditView:
    """One line of the audit trail."""

    id: int
    at: datetime
    actor: str
    action: str
    on: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Newest first; `next` is the cursor of the following page, if any."""

    rows: tuple[AuditView, ...]
    next: str | None


def audit_trail(*, cursor: str | None = None, limit: int = 50) -> AuditPage:
    """A page of the audit trail. One query."""
    rows = AuditEntry.objects.order_by("-id")
    if cursor:
        rows = rows.filter(id__lt=cursors.decode(cursor)[0])
    found = list(rows[: limit + 1])
    shown = tuple(AuditView(r.pk, r.at, r.actor_label, r.action, r.object, r.before, r.after) for r in found[:limit])
    return AuditPage(shown, cursors.encode([shown[-1].id]) if len(found) > limit else None)

"""Settings · Members: who is in the workspace, and who is asked to come."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tenure.base.refusals import NotFound, Refusal
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.tenants import actions, queries
from tenure.tenants.contracts import MemberView, Permission, Role

# What each role is for, in the words of the page.
ROLES = {
    Role.OWNER: "everything, also other owners",
    Role.ADMIN: "everything but owners",
    Role.MANAGER: "accounts, scorecards, measures, imports",
    Role.CSM: "works with accounts, writes notes, exports",
    Role.SUPPORT: "reads and writes notes",
    Role.FINANCE: "reads and exports",
    Role.VIEWER: "reads",
}


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member as the list shows her."""

    id: int
    name: str
    email: str
    role: Role
    manager: str
    joined: str
    active: bool
    is_me: bool


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation that can still be accepted."""

    id: int
    email: str
    role: str
    invited_by: str
    expires: str


@page(Permission.VIEW)
@require_GET
def members(request: TeamRequest) -> HttpResponse:
    """Everybody in the workspace; with the right role also invitations and changes."""
    return _page(request)


@page(Permission.MANAGE_MEMBERS)
@require_POST
def invitations(request: TeamRequest) -> HttpResponse:
    """Invite an address. The link is shown once, to be sent by whoever invites."""
    email = request.POST.get("email", "").strip()
    role = request.POST.get("role", "")
    if role not in ROLES:
        return _page(request, problem="Choose a role.", email=email)
    try:
        token = actions.invite_member(email=email, role=Role(role), by=request.member)
    except Refusal as refusal:
        return _page(request, problem=refusal.message, email=email)
    return _page(request, invited=email.lower(), link=request.build_absolute_uri(reverse("join", args=[token])))


@page(Permission.MANAGE_MEMBERS)
@require_POST
def invitation_revocations(request: TeamRequest, invitation: int) -> HttpResponse:
    """Withdraw an invitation."""
    actions.revoke_invitation(invitation=invitation, by=request.member)
    messages.success(request, "The invitation is withdrawn; its link no longer works.")
    return redirect("workspace:settings", slug=request.workspace.slug)


@page(Permission.MANAGE_MEMBERS)
@require_POST
def member_changes(request: TeamRequest, member: int) -> HttpResponse:
    """Change a member's role, or let her out and in again."""
    role = request.POST.get("role")
    active = request.POST.get("active")
    try:
        actions.change_member(
            member=member,
            by=request.member,
            role=Role(role) if role in ROLES else None,
            active={"yes": True, "no": False}.get(active or ""),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Saved.")
    return redirect("workspace:settings", slug=request.workspace.slug)


def _page(
    request: TeamRequest, *, problem: str = "", email: str = "", invited: str = "", link: str = ""
) -> HttpResponse:
    may_manage = request.member.may(Permission.MANAGE_MEMBERS)
    everybody = queries.members()
    names = {member.id: member.label for member in everybody}
    context = {
        "section": "members",
        "rows": [_row(member, names, request.member) for member in everybody],
        "invitations": [
            InvitationRow(i.id, i.email, i.role.label, i.invited_by, formats.day(i.expires_at))
            for i in (queries.open_invitations() if may_manage else [])
        ],
        "may_manage": may_manage,
        "roles": [
            (role, f"{role.label} – {does}")
            for role, does in ROLES.items()
            if role is not Role.OWNER or request.member.role is Role.OWNER
        ],
        "problem": problem,
        "email": email,
        "invited": invited,
        "link": link,
    }
    return render(request, "workspace/settings/members.html", context, status=422 if problem else 200)


def _row(member: MemberView, names: dict[int, str], me: MemberView) -> MemberRow:
    return MemberRow(
        id=member.id,
        name=member.label,
        email=member.email,
        role=member.role,
        manager=names.get(member.manager_id or 0, ""),
        joined=formats.day(member.joined_at),
        active=member.active,
        is_me=member.id == me.id,
    )

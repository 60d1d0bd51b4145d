"""What can be done with workspaces, members and keys; each leaves a line in the audit trail."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db import transaction
from django.db.models import Q

from tenure.base import clock, outbox, tenancy
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound, Problem
from tenure.tenants import keys, queries
from tenure.tenants.contracts import MadeKey, MemberJoined, MemberView, WorkspaceView
from tenure.tenants.models import ApiKey, Invitation, Member, User, Workspace
from tenure.tenants.permissions import Role
from tenure.tenants.tagsets import TagSet as TagSet  # noqa: PLC0414
from tenure.tenants.trail import SYSTEM as SYSTEM  # noqa: PLC0414
from tenure.tenants.trail import record_audit as record_audit  # noqa: PLC0414
from tenure.tenants.trail import record_audits as record_audits  # noqa: PLC0414

INVITATION_DAYS = 7
OVERLAP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FoundedWorkspace:
    """A new workspace with its first owner and its two keys, in clear for the only time."""

    workspace: WorkspaceView
    owner: MemberView
    write_key: str
    secret_key: str
    known_owner: bool
    """The owner had signed in before: her password stays as it was."""


@transaction.atomic
def found_workspace(
    *,
    slug: str,
    email: str,
    password: str,
    name: str = "",
    owner_name: str = "",
    timezone: str = "UTC",
    currency: str = "USD",
    as_of: date | None = None,
    own_domains: Sequence[str] = (),
) -> FoundedWorkspace:
    """Make a workspace with its first owner and keys; the owner may be a user who exists already."""
    _check_workspace(slug=slug, timezone=timezone, currency=currency)
    if Workspace.objects.filter(slug=slug).exists():
        raise Conflict(f"The workspace {slug!r} exists already. Choose another name for the new one.")
    known = User.objects.filter(email=email.lower()).exists()
    user = _user(email=email, password=password, name=owner_name)
    row = Workspace.objects.create(
        slug=slug, name=name or slug.replace("-", " ").capitalize(), timezone=timezone, currency=currency.upper(),
        as_of=as_of, own_domains=[d.lower() for d in own_domains],
    )  # fmt: skip
    with tenancy.workspace(row.pk):
        owner = _join(user=user, role=Role.OWNER)
        record_audit(by=None, action="workspace.founded", object=slug, after={"owner": user.email})
        browser = make_key(name="First browser key", kind="browser", by=None)
        server = make_key(name="First server key", kind="server", by=None)
    return FoundedWorkspace(queries.workspace(slug), owner, browser.key, server.key, known)


def _check_workspace(*, slug: str, timezone: str, currency: str) -> None:
    problems = []
    try:
        validate_slug(slug)
    except ValidationError:
        problems.append(Problem("use small letters, digits and hyphens", "workspace"))
    if slug != slug.lower() or len(slug) > 60:
        problems.append(Problem("use at most 60 small letters, digits and hyphens", "workspace"))
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        problems.append(Problem(f"{timezone!r} is not an IANA time zone such as Europe/Berlin", "timezone"))
    if len(currency) != 3 or not currency.isalpha():
        problems.append(Problem(f"{currency!r} is not an ISO 4217 currency such as EUR", "currency"))
    if problems:
        raise Invalid("The workspace cannot be made: " + "; ".join(map(str, problems)) + ".", problems)


def _user(*, email: str, password: str, name: str) -> User:
    """The user with this address, made with the password when new."""
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid(f"{email!r} is not an e-mail address.", [Problem("not an e-mail address", "email")]) from None
    found = User.objects.filter(email=email.lower()).first()
    if found:
        return found
    _check_password(password, User(email=email.lower(), name=name))
    return User.objects.create_user(email, password, name=name)


def _check_password(password: str, user: User) -> None:
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), [Problem(m, "password") for m in error.messages]) from None


def _join(*, user: User, role: Role) -> MemberView:
    row, made = Member.objects.get_or_create(user=user, defaults={"role": role})
    if not made:
        row.role, row.deactivated_at = role, None
        row.save(update_fields=["role", "deactivated_at"])
    outbox.add(MemberJoined(member=row.pk, email=user.email, role=role))
    return queries.members_by_id([row.pk])[row.pk]


@transaction.atomic
def add_member(*, email: str, name: str, role: Role, password: str | None = None, by: MemberView | None) -> MemberView:
    """Add a member at once, without an invitation (command line, demo). Without a password she cannot sign in yet."""
    user = User.objects.filter(email=email.lower()).first() or User.objects.create_user(email, password, name=name)
    member = _join(user=user, role=role)
    record_audit(by=by, action="member.added", object=email, after={"role": role})
    return member


@transaction.atomic
def invite_member(*, email: str, role: Role, by: MemberView) -> str:
    """Invite an address; the token for its link, shown once. An earlier open invitation is replaced."""
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid(f"{email!r} is not an e-mail address.", [Problem("not an e-mail address", "email")]) from None
    _guard_role(role=role, by=by)
    email = email.lower()
    if Member.objects.filter(user__email=email, deactivated_at=None).exists():
        raise Conflict(f"{email} is a member already.")
    now = clock.now()
    Invitation.objects.filter(email=email, accepted_at=None, revoked_at=None).update(revoked_at=now)
    token = secrets.token_urlsafe(32)
    Invitation(
        email=email, role=role, token_hash=keys.digest(token), invited_by_id=by.id, invited_at=now,
        expires_at=now + timedelta(days=INVITATION_DAYS),
    ).save()  # fmt: skip
    record_audit(by=by, action="member.invited", object=email, after={"role": role})
    return token


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str) -> tuple[WorkspaceView, User]:
    """Join by an invitation's link. Who has an account already proves it with her password."""
    workspace, invitation = queries.invitation_for(token)
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        _check_password(password, User(email=invitation.email, name=name))
        user = User.objects.create_user(invitation.email, password, name=name)
    elif not user.has_usable_password():
        _check_password(password, user)
        user.set_password(password)
        user.save(update_fields=["password"])
    elif not user.check_password(password):
        raise Invalid("You have an account already: give its password.", [Problem("wrong password", "password")])
    with tenancy.workspace(workspace.id):
        taken = Invitation.objects.filter(pk=invitation.id, accepted_at=None).update(accepted_at=clock.now())
        if not taken:
            raise Conflict("This invitation has just been used.")
        member = _join(user=user, role=invitation.role)
        record_audit(by=member, action="member.joined", object=user.email, after={"role": invitation.role})
    return workspace, user


@transaction.atomic
def revoke_invitation(*, invitation: int, by: MemberView) -> None:
    """Withdraw an open invitation; doing it twice changes nothing."""
    row = Invitation.objects.filter(pk=invitation).first()
    if row is None:
        raise NotFound("There is no such invitation.")
    if row.revoked_at is None and row.accepted_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        record_audit(by=by, action="invitation.revoked", object=row.email)


@transaction.atomic
def change_member(
    *, member: int, by: MemberView, role: Role | None = None, manager: int | None = None, active: bool | None = None
) -> None:
    """Change role, manager or activity. The last owner stays owner; only owners make owners."""
    row = Member.objects.select_for_update().filter(pk=member).select_related("user").first()
    if row is None:
        raise NotFound("There is no such member.")
    before = {"role": row.role, "manager": row.manager_id, "active": row.deactivated_at is None}
    if role is not None and role != row.role:
        _guard_role(role=role, by=by, current=Role(row.role))
        row.role = role
    if manager is not None:
        _guard_manager(row, manager)
        row.manager_id = manager or None
    if active is not None:
        _guard_role(role=Role(row.role), by=by, current=Role(row.role))
        row.deactivated_at = None if active else row.deactivated_at or clock.now()
    after = {"role": str(row.role), "manager": row.manager_id, "active": row.deactivated_at is None}
    if before == after:
        return
    row.save(update_fields=["role", "manager", "deactivated_at"])
    if not Member.objects.filter(role=Role.OWNER, deactivated_at=None).exists():
        raise Conflict("A workspace needs an owner. Make somebody else owner first.")
    record_audit(by=by, action="member.changed", object=row.user.email, before=before, after=after)


def _guard_role(*, role: Role, by: MemberView, current: Role | None = None) -> None:
    if Role.OWNER in (role, current) and by.role is not Role.OWNER:
        raise Forbidden("Only an owner can make, change or deactivate an owner.")


def _guard_manager(row: Member, manager: int) -> None:
    """Refuse a manager outside the workspace, oneself, and circles."""
    seen = {row.pk}
    step: int | None = manager or None
    while step is not None:
        if step in seen:
            raise Invalid("Nobody can report to herself, directly or through others.")
        seen.add(step)
        above = Member.objects.filter(pk=step).values_list("manager_id", flat=True)
        if not above:
            raise NotFound("There is no such member.")
        step = above[0]


@transaction.atomic
def make_key(*, name: str, kind: str, by: MemberView | None, origins: Sequence[str] = ()) -> MadeKey:
    """A new API key, in clear for the only time."""
    if kind not in keys.PREFIXES:
        raise Invalid(f"A key is of kind browser or server, not {kind!r}.")
    if not name.strip():
        raise Invalid("Give the key a name that says where it is used.", [Problem("missing", "name")])
    key = keys.make(kind)
    row = ApiKey(
        name=name.strip()[:80], kind=kind, prefix=keys.shown(key), key_hash=keys.digest(key),
        origins=[o.strip().rstrip("/").lower() for o in origins if o.strip()],
        created_by_id=by.id if by else None, created_at=clock.now(),
    )  # fmt: skip
    row.save()
    record_audit(by=by, action="api_key.made", object=f"{row.name} ({row.prefix}…)", after={"kind": kind})
    return MadeKey(queries.key_view(row), key)


@transaction.atomic
def revoke_key(*, key: int, by: MemberView) -> None:
    """Revoke a key at once; doing it twice changes nothing."""
    row = ApiKey.objects.filter(pk=key).first()
    if row is None:
        raise NotFound("There is no such key.")
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        record_audit(by=by, action="api_key.revoked", object=f"{row.name} ({row.prefix}…)")


@transaction.atomic
def rotate_key(*, key: int, by: MemberView, overlap: timedelta = OVERLAP) -> MadeKey:
    """Replace a key: a new one like it, in clear for the only time; the old one works for `overlap` longer."""
    row = ApiKey.objects.select_for_update().filter(pk=key).first()
    if row is None:
        raise NotFound("There is no such key.")
    if row.revoked_at is not None or row.expires_at is not None:
        raise Conflict("This key was revoked or replaced already. Rotate the one in force.")
    made = make_key(name=row.name, kind=row.kind, by=by, origins=row.origins)
    row.expires_at = clock.now() + overlap
    row.save(update_fields=["expires_at"])
    record_audit(
        by=by, action="api_key.rotated", object=f"{row.name} ({row.prefix}…)",
        after={"replaced_by": made.view.prefix, "works_until": row.expires_at.isoformat()},
    )  # fmt: skip
    return made


def note_key_use(*, keys_used: Iterable[int], at: datetime) -> None:
    """Remember when keys were last used, to the minute: a key noted less than a minute ago is left as it is."""
    old = Q(last_used_at=None) | Q(last_used_at__lt=at - timedelta(minutes=1))
    ApiKey.every_workspace.filter(old, pk__in=list(keys_used)).update(last_used_at=at)


@transaction.atomic
def set_as_of(*, day: date | None, by: MemberView | None) -> None:
    """Set the day the workspace believes to be today; None returns to the present."""
    row = Workspace.objects.select_for_update().get(pk=tenancy.current_workspace_id())
    before = row.as_of
    row.as_of = day
    row.save(update_fields=["as_of"])
    tenancy.forget()
    record_audit(
        by=by, action="workspace.as_of_set", object=row.slug,
        before={"as_of": before and before.isoformat()}, after={"as_of": day and day.isoformat()},
    )  # fmt: skip

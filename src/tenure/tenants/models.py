"""Workspaces, the people who work in them, their keys, and the trail of what they did."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from tenure.base.tenancy import WorkspaceModel
from tenure.tenants.permissions import Role


class UserManager(BaseUserManager["User"]):
    """Makes users who sign in by e-mail."""

    def create_user(self, email: str, password: str | None = None, *, name: str = "") -> "User":
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. Rights come from the workspaces she is a member of, never from here."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email


class Workspace(models.Model):
    """One company's customers, settings and team. Nothing is shared between two of them."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=60, default="UTC")
    currency = models.CharField(max_length=3, default="USD")
    as_of = models.DateField(null=True, blank=True)
    own_domains = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Member(WorkspaceModel):
    """A user in a workspace, with a role. Members who leave are deactivated; their work keeps their name."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=[(role.value, role.label) for role in Role])
    manager = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports")
    joined_at = models.DateTimeField(auto_now_add=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="one_membership_a_user")]

    def __str__(self) -> str:
        return str(self.user)


class Invitation(WorkspaceModel):
    """An e-mail address asked to join. The link's token is stored as a hash and works once."""

    email = models.EmailField()
    role = models.CharField(max_length=12, choices=[(role.value, role.label) for role in Role])
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class ApiKey(WorkspaceModel):
    """A key that writes: `browser` keys are public and weak, `server` keys are secret. Neither reads or deletes."""

    class Kind(models.TextChoices):
        BROWSER = "browser", "Browser key"
        SERVER = "server", "Server key"

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    prefix = models.CharField(max_length=16)
    key_hash = models.CharField(max_length=64, unique=True)
    origins = models.JSONField(default=list, blank=True)
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class AuditEntry(WorkspaceModel):
    """Who changed what, when. The database itself refuses to change or delete an entry."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    actor = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    actor_label = models.CharField(max_length=160)
    action = models.CharField(max_length=80)
    object = models.CharField(max_length=200)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta(WorkspaceModel.Meta):
        indexes = [models.Index(fields=["workspace", "-id"], name="audit_newest_first")]

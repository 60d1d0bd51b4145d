"""What other domains may hold of a workspace and its members."""

from dataclasses import dataclass
from datetime import date, datetime

from tenure.base.outbox import Fact
from tenure.tenants.permissions import Permission, Role, allows

__all__ = ["ApiKeyView", "KeyInForce", "MadeKey", "MemberJoined", "MemberView", "Permission", "Role", "WorkspaceView"]


@dataclass(frozen=True, slots=True)
class WorkspaceView:
    """A workspace as its pages and jobs need it. `as_of` None means the present day."""

    id: int
    slug: str
    name: str
    timezone: str
    currency: str
    as_of: date | None
    own_domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member; `id` is the membership's, `user_id` the person's."""

    id: int
    user_id: int
    email: str
    name: str
    role: Role
    manager_id: int | None = None
    active: bool = True
    joined_at: datetime | None = None

    @property
    def label(self) -> str:
        return self.name or self.email

    def may(self, permission: Permission) -> bool:
        return self.active and allows(self.role, permission)


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """A key as it may be shown later: never the key itself."""

    id: int
    name: str
    kind: str
    prefix: str
    origins: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeyInForce:
    """What a request with a key may do, and for whom. `ends_at` is when a key that was replaced stops working."""

    id: int
    workspace_id: int
    kind: str
    name: str
    origins: tuple[str, ...]
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A new key, in clear for the only time."""

    view: ApiKeyView
    key: str


@dataclass(frozen=True)
class MemberJoined(Fact):
    """Somebody became a member of the workspace."""

    member: int
    email: str
    role: str

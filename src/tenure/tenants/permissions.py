"""Who may do what: one table of role × permission. The pages name the permission they need.

`docs/permissions.md` shows the table of role × page, and a test compares both with what the pages answer.
"""

from enum import StrEnum


class Role(StrEnum):
    """A member's role in one workspace."""

    OWNER = "owner"
    ADMIN = "admin"
    MANAGER = "manager"
    CSM = "csm"
    SUPPORT = "support"
    FINANCE = "finance"
    VIEWER = "viewer"

    @property
    def label(self) -> str:
        return "CSM" if self is Role.CSM else self.value.capitalize()


class Permission(StrEnum):
    """What a page or an action asks for."""

    VIEW = "view"
    """Read accounts, people, scores, measures, scorecards and imports."""
    WRITE_NOTES = "write_notes"
    """Write on an account's timeline and edit one's own notes."""
    EDIT_ACCOUNTS = "edit_accounts"
    """Change owners and traits of accounts, override scores."""
    EXPORT = "export"
    """Take lists out of the product as files."""
    CONFIGURE = "configure"
    """Change measures, scorecards, labels and source maps."""
    IMPORT_DATA = "import_data"
    """Load files and the demo company."""
    MANAGE_MEMBERS = "manage_members"
    """Invite, change roles, deactivate."""
    MANAGE_KEYS = "manage_keys"
    """Create and revoke API keys."""
    VIEW_AUDIT = "view_audit"
    """Read the audit trail."""


_READ = frozenset({Permission.VIEW})
_WORK = _READ | {Permission.WRITE_NOTES, Permission.EDIT_ACCOUNTS, Permission.EXPORT}
_ALL = frozenset(Permission)

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: _ALL,
    Role.ADMIN: _ALL,
    Role.MANAGER: _WORK | {Permission.CONFIGURE, Permission.IMPORT_DATA},
    Role.CSM: _WORK,
    Role.SUPPORT: _READ | {Permission.WRITE_NOTES},
    Role.FINANCE: _READ | {Permission.EXPORT},
    Role.VIEWER: _READ,
}


def allows(role: Role | str, permission: Permission) -> bool:
    """Whether members with this role have the permission."""
    return permission in GRANTS[Role(role)]

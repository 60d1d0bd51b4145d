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
    """Write on an account's timeline and edit one's own entries."""
    EDIT_ENTRIES = "edit_entries"
    """Edit what others wrote on a timeline."""
    WORK = "work"
    """Do tasks, answer alerts, plan meetings."""
    MANAGE_TEAM = "manage_team"
    """See everybody's load, say who is away, give accounts to others."""
    EDIT_ACCOUNTS = "edit_accounts"
    """Change owners and traits of accounts, override scores."""
    EXPORT = "export"
    """Take lists out of the product as files."""
    SAVE_VIEWS = "save_views"
    """Keep lists under a name, for oneself."""
    SHARE_VIEWS = "share_views"
    """Share lists with the team, and change those that are shared."""
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
_OWN = _READ | {Permission.SAVE_VIEWS}
_WORK = _OWN | {
    Permission.WRITE_NOTES, Permission.EDIT_ENTRIES, Permission.WORK, Permission.EDIT_ACCOUNTS, Permission.EXPORT,
    Permission.SHARE_VIEWS,
}  # fmt: skip
_ALL = frozenset(Permission)

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: _ALL,
    Role.ADMIN: _ALL,
    Role.MANAGER: _WORK | {Permission.MANAGE_TEAM, Permission.CONFIGURE, Permission.IMPORT_DATA},
    Role.CSM: _WORK,
    Role.SUPPORT: _OWN | {Permission.WRITE_NOTES, Permission.WORK},
    Role.FINANCE: _OWN | {Permission.EXPORT},
    Role.VIEWER: _READ,
}


def allows(role: Role | str, permission: Permission) -> bool:
    """Whether members with this role have the permission."""
    return permission in GRANTS[Role(role)]

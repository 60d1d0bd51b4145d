"""Who may change a view, and what a view can be called."""

from tenure.base.refusals import Forbidden, Invalid, Problem
from tenure.tenants.contracts import MemberView, Permission

LONGEST_NAME = 60
MOST = 100
"""Views that a member may keep."""


def may_change(*, owner: int, shared: bool, by: MemberView) -> bool:
    """One's own, and the team's for those who may share."""
    return by.may(Permission.SAVE_VIEWS) and (by.may(Permission.SHARE_VIEWS) if shared else owner == by.id)


def check_share(shared: bool, by: MemberView) -> None:
    """Refuses with `Forbidden` to share where the role does not allow it."""
    if shared and not by.may(Permission.SHARE_VIEWS):
        raise Forbidden(
            f"Your role ({by.role.label}) keeps views of its own but shares none. Ask a manager to share it."
        )


def named(name: str) -> str:
    """The name with single spaces; refuses with `Invalid` none, and one over 60 characters."""
    found = " ".join(name.split())
    if not 0 < len(found) <= LONGEST_NAME:
        message = f"Give the view a name of at most {LONGEST_NAME} characters."
        raise Invalid(message, [Problem(message, "name")])
    return found

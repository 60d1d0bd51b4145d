"""How sessions become users: allauth's way, without reading again a user that was read with her membership."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from tenure.tenants.models import User

_known: ContextVar[User | None] = ContextVar("known_user", default=None)


class SessionBackend(AuthenticationBackend):  # type: ignore[misc]
    """Django asks it for the user whom a session names, and then checks the session against her password."""

    def get_user(self, user_id: Any) -> User | None:
        """The user, if she may sign in. No query inside `known` of the same user."""
        user = _known.get()
        if user is None or user.pk != user_id:
            found: User | None = super().get_user(user_id)
            return found
        return user if self.user_can_authenticate(user) else None


@contextmanager
def known(user: User | None) -> Iterator[None]:
    """Inside, a session that names this user, who was just read, is answered with her."""
    token = _known.set(user)
    try:
        yield
    finally:
        _known.reset(token)

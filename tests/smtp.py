"""A real mail server on a loopback port, which keeps what it is given."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Mailbox:
    """Where the server listens, and the mails it took, oldest first. `refusing` is what it answers instead."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    refusing: str = ""

    @property
    def url(self) -> str:
        """For `TENURE_EMAIL_URL`."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def mailers(self) -> dict[str, dict[str, Any]]:
        """For Django's `MAILERS`."""
        options = {"host": "127.0.0.1", "port": self.port, "timeout": 20}
        return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        if self.refusing:
            return self.refusing
        made = message_from_bytes(envelope.content, policy=default)
        assert isinstance(made, EmailMessage)
        self.mails.append(made)
        return "250 OK"


@contextmanager
def receiving() -> Iterator[Mailbox]:
    """The server runs until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        box = Mailbox(port=probe.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()

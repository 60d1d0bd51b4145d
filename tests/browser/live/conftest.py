"""A browser in front of the test's own server and data: for journeys that change things."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer

    from tenure.tenants.models import Member

# Playwright's loop runs in the thread of the tests, which also prepares their data.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PASSWORD = "correct horse battery"
PHONE = (390, 780)
DESK = (1440, 900)


@dataclass
class Visit:
    """A browser window of somebody; `complaints` are what the console said, policy violations among it."""

    page: "Page"
    origin: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> "Page":
        """Go to an address of the server and wait for its scripts."""
        self.page.goto(self.origin + path)
        self.page.wait_for_load_state("networkidle")
        return self.page


type Visits = Callable[..., Visit]


@pytest.fixture
def visit(browser: "Browser", live_server: "LiveServer", transactional_db: None) -> Iterator[Visits]:
    """Opens windows: `visit(ana, size=PHONE, theme="dark")`; nobody is a guest."""
    contexts: list[BrowserContext] = []
    origin = live_server.url.replace("127.0.0.1", "localhost")

    def opened(
        member: "Member | None" = None, *, size: tuple[int, int] = DESK, theme: str = "", script: bool = True
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=script, reduced_motion="reduce"
        )
        contexts.append(context)
        cookies = [("theme", theme)] if theme else []
        if member is not None:
            cookies.append(("tenure_session", _session(member)))
        context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in cookies])
        page = context.new_page()
        made = Visit(page, origin)
        page.on("console", lambda said: made.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: made.complaints.append(str(error)))
        return made

    yield opened
    for context in contexts:
        context.close()


def _session(member: "Member") -> str:
    from django.test import Client

    client = Client()
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["tenure_session"].value

"""Debian's Chromium, driven by Playwright; who is signed in; what axe finds."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypedDict

from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from tests.browser.served import Served

type Scheme = Literal["light", "dark"]

SCHEMES: tuple[Scheme, ...] = ("light", "dark")
AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


class Violation(TypedDict):
    """A rule that a page breaks, and where."""

    rule: str
    help: str
    where: list[str]


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program is not None, "Chromium is missing: apt-get install chromium"
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


def sign_in(browser: Browser, served: Served) -> StorageState:
    """Sign in as the demo's owner, through the page; the session to start contexts with."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{served.url}/accounts/login/")
    page.fill("input[name=login]", served.email)
    page.fill("input[name=password]", served.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    state = context.storage_state()
    context.close()
    return state


def context(
    browser: Browser, *, state: StorageState | None, scheme: Scheme = "light", width: int = 1440, height: int = 900
) -> BrowserContext:
    """A fresh window: signed in with `state`, in this colour scheme and size, without motion."""
    return browser.new_context(
        storage_state=state,
        color_scheme=scheme,
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )


def first_account(page: Page, served: Served) -> str:
    """The id of the account on top of the list."""
    page.goto(f"{served.url}/w/{served.workspace}/accounts/")
    hrefs = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
    for href in hrefs:
        found = re.search(r"/accounts/(\d+)/", str(href))
        if found:
            return found.group(1)
    raise LookupError("The list of accounts shows no account.")


def violations(page: Page) -> list[Violation]:
    """What axe finds against WCAG 2.2 A and AA."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[Violation] = page.evaluate(
        """async () => (await axe.run(document, {
             runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
           })).violations.map(v => ({rule: v.id, help: v.help, where: v.nodes.map(n => n.target.join(" "))}))"""
    )
    return found

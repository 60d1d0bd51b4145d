"""axe finds nothing on any page, light and dark, on a desktop and on a phone, and no page is wider than the phone."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, StorageState

from tests.browser import chromium
from tests.browser.pages import PAGES, SIGNED_OUT, Page
from tests.browser.served import Served

ALL = (*SIGNED_OUT, *PAGES)
DESKTOP = 1440
NARROW = 360


@dataclass(frozen=True, slots=True)
class Windows:
    """A window of the owner and one of a stranger. They keep what a browser caches from page to page."""

    owner: BrowserContext
    stranger: BrowserContext

    def of(self, which: Page) -> BrowserContext:
        """Who sees this page."""
        return self.stranger if which in SIGNED_OUT else self.owner


@pytest.fixture(scope="module")
def windows(browser: Browser, signed_in: StorageState) -> Iterator[Windows]:
    """The windows of this file."""
    both = Windows(chromium.context(browser, state=signed_in), chromium.context(browser, state=None))
    yield both
    both.owner.close()
    both.stranger.close()


@pytest.mark.parametrize("which", ALL, ids=lambda page: page.name)
def test_axe_finds_nothing_and_the_page_fits_a_phone(
    which: Page, windows: Windows, served: Served, account: str
) -> None:
    page = windows.of(which).new_page()
    answer = page.goto(served.address(which.path, account))
    assert answer is not None
    found = {}
    for width in (DESKTOP, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in chromium.SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found[width, scheme] = chromium.violations(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert answer.status == which.status
    assert {how: broken for how, broken in found.items() if broken} == {}
    assert wide == NARROW

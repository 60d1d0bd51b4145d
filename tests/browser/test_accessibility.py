"""axe finds nothing on any page, light or dark, and no page is wider than a phone."""

import pytest
from playwright.sync_api import Browser, StorageState

from tests.browser import chromium
from tests.browser.chromium import Scheme
from tests.browser.pages import PAGES, SIGNED_OUT, Page
from tests.browser.served import Served

ALL = (*SIGNED_OUT, *PAGES)
NARROW = 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("which", ALL, ids=lambda page: page.name)
def test_axe_finds_nothing(
    which: Page, scheme: Scheme, browser: Browser, served: Served, signed_in: StorageState, account: str
) -> None:
    context = chromium.context(browser, state=None if which in SIGNED_OUT else signed_in, scheme=scheme)
    page = context.new_page()
    answer = page.goto(served.address(which.path, account))
    found = chromium.violations(page)
    context.close()
    assert answer is not None
    assert answer.status == which.status
    assert found == []


@pytest.mark.parametrize("which", ALL, ids=lambda page: page.name)
def test_a_page_fits_a_narrow_phone(
    which: Page, browser: Browser, served: Served, signed_in: StorageState, account: str
) -> None:
    context = chromium.context(browser, state=None if which in SIGNED_OUT else signed_in, width=NARROW, height=800)
    page = context.new_page()
    page.goto(served.address(which.path, account))
    width = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert width == NARROW

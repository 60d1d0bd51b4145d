"""A served demo company and a browser, once for all journeys."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser import chromium
from tests.browser.served import Served, serving


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker("browser")


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """A small demo company, served. Small, because it is loaded for every run."""
    with (
        tempfile.TemporaryDirectory(prefix="tenure-browser-") as home,
        serving(Path(home), "--accounts", "60", "--months", "8") as running,
    ):
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys."""
    with chromium.launched() as running:
        yield running


@pytest.fixture(scope="session")
def signed_in(browser: Browser, served: Served) -> StorageState:
    """The owner's session."""
    return chromium.sign_in(browser, served)


@pytest.fixture(scope="session")
def account(browser: Browser, served: Served, signed_in: StorageState) -> str:
    """The id of the first account of the list."""
    context = chromium.context(browser, state=signed_in)
    found = chromium.first_account(context.new_page(), served)
    context.close()
    return found


@pytest.fixture
def page(browser: Browser, signed_in: StorageState) -> Iterator[Page]:
    """A window of the owner, fresh for each test. An error in the page's scripts fails the test."""
    context = chromium.context(browser, state=signed_in)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []

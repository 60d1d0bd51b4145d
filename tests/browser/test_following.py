"""Two tabs: what one changes appears in the other, which keeps its place, its choices and what is open in it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served import Served

AFTER_MS = 21_000


@pytest.fixture
def other(page: Page) -> Iterator[Page]:
    """A second tab of the same member."""
    tab = page.context.new_page()
    yield tab
    tab.close()


def _rename(tab: Page, served: Served, account: str, name: str) -> str:
    """Give the account another name by its form; the name it had."""
    tab.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/name/")
    field = tab.locator("input[name=name]")
    before = field.input_value()
    field.fill(name)
    field.press("Enter")
    tab.wait_for_url(f"**/accounts/{account}/")
    return before


def test_a_list_follows_and_keeps_focus_choices_and_place(page: Page, other: Page, served: Served) -> None:
    page.clock.install()
    page.goto(f"{served.url}/w/{served.workspace}/accounts/?scope=all&sort=name")
    page.wait_for_load_state("networkidle")
    for key in ("j", "x", "j", "j", "x", "j"):
        page.keyboard.press(key)
    link = page.locator(".row-link").nth(3)
    account = str(link.get_attribute("href")).rstrip("/").rsplit("/", 1)[1]
    page.locator(".table-fill").evaluate("table => table.scrollTop = 40")
    page.get_by_text("Count by").click()
    before = _rename(other, served, account, "A name that changed")
    page.clock.fast_forward(AFTER_MS)
    row = page.locator(f"#row-{account}")
    expect(row).to_contain_text("A name that changed")
    expect(page.locator(".select-bar")).to_contain_text("2 selected")
    expect(page.get_by_role("link", name="Status", exact=True)).to_be_visible()
    assert page.locator(".table-fill").evaluate("table => table.scrollTop") == 40
    page.keyboard.press("Escape")
    row.locator(".row-link").focus()
    _rename(other, served, account, before)
    page.clock.fast_forward(AFTER_MS)
    expect(row).to_contain_text(before)
    expect(row.locator(".row-link")).to_be_focused()


def test_an_account_follows_but_for_what_is_being_edited(page: Page, other: Page, served: Served, account: str) -> None:
    page.clock.install()
    page.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/usage/")
    page.wait_for_load_state("networkidle")
    heading = page.get_by_role("heading", level=1)
    before = _rename(other, served, account, "Renamed elsewhere")
    page.clock.fast_forward(AFTER_MS)
    expect(heading).to_have_text("Renamed elsewhere")
    page.get_by_role("link", name="Change of the owner").click()
    choice = page.locator("#owner-form select")
    choice.wait_for()
    page.keyboard.press("Home")
    _rename(other, served, account, before)
    page.clock.fast_forward(AFTER_MS)
    expect(heading).to_have_text(before)
    expect(choice).to_be_visible()
    expect(page.get_by_role("link", name="Change of the owner")).to_be_hidden()


def test_a_tab_that_nobody_sees_asks_for_nothing_until_it_is_seen(page: Page, served: Served) -> None:
    page.clock.install()
    page.goto(f"{served.url}/w/{served.workspace}/subscriptions/")
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    hide = "hidden => {Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden});"
    hide += " document.dispatchEvent(new Event('visibilitychange'))}"
    page.evaluate(hide, True)
    page.clock.fast_forward(3 * AFTER_MS)
    assert asked == []
    with page.expect_response(lambda answer: answer.status == 304):
        page.evaluate(hide, False)

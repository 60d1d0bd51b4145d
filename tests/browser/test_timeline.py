"""Writing on a timeline by keyboard: a type, a mention, a draft that survives, and two tabs that edit the same."""

import re

from playwright.sync_api import Page, expect

from tests.browser.served import Served


def _timeline(page: Page, served: Served, account: str) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/timeline/")
    page.wait_for_load_state("networkidle")


def test_a_call_with_a_mention_is_written_by_keyboard_and_survives_a_reload(
    page: Page, served: Served, account: str
) -> None:
    _timeline(page, served, account)
    page.keyboard.press("c")
    text = page.get_by_label("Write an entry")
    expect(text).to_be_focused()
    page.keyboard.type("Called @jon")
    page.locator(".mentions").get_by_role("option", name=re.compile("Jonas Weidmann")).wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type("about it")
    expect(text).to_have_value("Called @Jonas Weidmann about it")
    expect(page.locator("[data-draft-target=said]")).to_have_text("Kept in this browser")
    page.reload()
    expect(text).to_have_value("Called @Jonas Weidmann about it")
    expect(page.locator("[name=kind]:checked")).to_have_value("call")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**written=**")
    expect(page.locator(".timeline-entry .mention").first).to_have_text("@Jonas Weidmann")
    expect(text).to_have_value("")
    page.reload()
    expect(text).to_have_value("")


def test_two_tabs_that_edit_the_same_see_both_texts(page: Page, served: Served, account: str) -> None:
    _timeline(page, served, account)
    page.get_by_label("Write an entry").fill("Once")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**written=**")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_url("**/entries/**")
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_label("Your text").fill("First")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**written=**")
    other.get_by_label("Your text").fill("Second")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_role("heading", name="As it is now")).to_be_visible()
    expect(other.locator(".entry-panel .entry-text")).to_have_text("First")
    expect(other.get_by_label("Your text")).to_have_value("Second")
    other.get_by_role("button", name="Save mine on top").click()
    other.wait_for_url("**written=**")
    expect(other.locator(".timeline-entry .entry-text").first).to_have_text("Second")


def test_what_another_writes_appears_and_what_is_typed_stays(page: Page, served: Served, account: str) -> None:
    page.clock.install()
    _timeline(page, served, account)
    page.get_by_label("Write an entry").fill("In the middle of a")
    other = page.context.new_page()
    _timeline(other, served, account)
    other.get_by_label("Write an entry").fill("Written elsewhere")
    other.get_by_role("button", name="Save", exact=True).click()
    other.wait_for_url("**written=**")
    page.clock.fast_forward(21_000)
    expect(page.locator(".timeline-entry .entry-text").first).to_have_text("Written elsewhere")
    expect(page.get_by_label("Write an entry")).to_have_value("In the middle of a")
    with page.expect_response(lambda answer: answer.status == 304):
        page.clock.fast_forward(21_000)


def test_an_account_and_its_timeline_by_keyboard_alone(page: Page, served: Served, account: str) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Help").locator(".keys-list")
    expect(keys.get_by_text("Timeline", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.wait_for_url("**/timeline/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("m")
    page.keyboard.type("Quarterly review, all well")
    page.keyboard.press("ControlOrMeta+Enter")
    page.wait_for_url("**written=**")
    page.locator("body").press("j")
    page.keyboard.press("e")
    page.wait_for_url("**/entries/**")
    expect(page.get_by_label("Your text")).to_have_value("Quarterly review, all well")
    page.keyboard.press("ControlOrMeta+K")
    page.keyboard.type("Accounts")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/")

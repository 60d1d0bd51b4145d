"""An account is handed over through its gate, and a book of business is given to others with a preview."""

import re

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.served import Served


def test_an_account_is_handed_over_through_the_gate_and_its_promises_are_seen(page: Page, served: Served) -> None:
    account = served.furniture["ownership"]["account"]
    page.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/")
    page.locator("summary[title=More]").click()
    page.get_by_role("link", name="Hand over…").click()
    page.get_by_label("Who takes over").select_option(label="Mara Lindqvist")
    page.get_by_label("Note to the new owner").fill("Call Oscar first.")
    page.get_by_role("button", name="Propose the handoff").click()
    gate = page.get_by_role("complementary", name="Checklist")
    expect(gate.get_by_text("3 to go")).to_be_visible()
    expect(page.get_by_text("Call Oscar first.")).to_be_visible()
    expect(page.get_by_text("They never read mail.").first).to_be_visible()
    assert chromium.violations(page) == []
    gate.get_by_role("button", name="Accept the account").click()
    expect(gate.get_by_text("2 to go")).to_be_visible()
    expect(gate.get_by_role("button", name="Complete the handoff")).to_have_count(0)
    gate.locator("li", has_text="Intro meeting planned").get_by_role("button").click()
    promises = page.locator("section > .handoff-list > li")
    expect(promises.filter(has_text="A discount for the second site")).to_be_visible()
    for n in range(promises.count()):
        promises.nth(n).get_by_role("button").click()
        expect(promises.nth(n).get_by_text("Read", exact=True)).to_be_visible()
    gate.get_by_role("button", name="Complete the handoff").click()
    expect(page.get_by_text("Mara Lindqvist completed it on")).to_be_visible()
    expect(page.get_by_text(re.compile(r", with \d+ open tasks\."))).to_be_visible()
    assert chromium.violations(page) == []
    page.get_by_role("link", name="Open the account").click()
    expect(page.locator(".account-who")).to_contain_text("Mara Lindqvist")


def test_a_book_is_spread_over_a_pool_with_a_preview(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/book/")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url("**/book/")
    row = page.locator("tbody tr", has_text="Sami Haddad")
    row.locator("summary").click()
    row.get_by_role("link", name="Spread over a pool…").click()
    page.get_by_label("Pool").select_option(label="East")
    expect(page.get_by_text("Owner → pool East")).to_be_visible()
    expect(page.get_by_role("button", name="Change")).to_be_enabled()
    assert chromium.violations(page) == []

"""From why MRR grew and shrank to the accounts, and to what one of them pays."""

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.served import Served


def test_from_a_reason_to_the_accounts_and_their_money(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/retention/")
    why = page.get_by_role("region", name="Why it grew and shrank")
    amount = why.locator("tbody a").first
    shown = amount.inner_text()
    amount.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Expansion and contraction by")
    expect(page.get_by_text(f"together {shown.removeprefix('+')}")).to_be_visible()
    assert chromium.violations(page) == []
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", name="How it moved")).to_be_visible()
    expect(page.get_by_role("region", name="Movements")).to_contain_text("by ")
    assert chromium.violations(page) == []

"""Two records of one customer made one, and two again."""

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.served import Served


def test_find_the_other_look_at_both_merge_and_undo(page: Page, served: Served) -> None:
    page.goto(served.address("/w/{other}/accounts/{like_it[account]}/merges/", ""))
    page.get_by_label("The other account").fill("A-5")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Account 5").click()
    row = page.get_by_role("row", name="Name")
    expect(row.get_by_role("cell").nth(0)).to_have_text("Account 4")
    page.get_by_role("link", name="The other one stays").click()
    expect(row.get_by_role("cell").nth(0)).to_have_text("Account 5")
    assert chromium.violations(page) == []

    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_role("heading", name="Part of Account 5")).to_be_visible()
    expect(page.get_by_text("Account 4 is part of Account 5 now")).to_be_visible()
    assert chromium.violations(page) == []

    page.get_by_role("button", name="Undo the merge of Account 4").click()
    expect(page.get_by_text("are two again")).to_be_visible()
    expect(page.get_by_role("heading", name="Part of")).to_have_count(0)

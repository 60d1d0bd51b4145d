"""Fit: from a group to its accounts, from what the best have in common to the best, from a source to who was lost."""

import re

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.served import Served


def _number(text: str) -> int:
    found = re.search(r"[\d,]+", text)
    assert found, text
    return int(found[0].replace(",", ""))


def test_from_a_group_to_its_accounts(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/home/")
    page.keyboard.press("g")
    page.keyboard.press("f")
    expect(page.get_by_role("heading", level=1, name="Fit")).to_be_visible()
    page.get_by_label("Group by").select_option("plan")
    page.get_by_role("button", name="Group").click()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Team", exact=True))
    customers = _number(row.get_by_role("cell").nth(1).inner_text())
    row.get_by_role("link", name="Team", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Plan: Team")).to_be_visible()
    expect(page.get_by_text(f"{customers} accounts, together")).to_be_visible()
    assert chromium.violations(page) == []
    page.locator("tbody").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/accounts/\d+/money/"))


def test_from_what_the_best_have_in_common_to_the_best(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/fit/")
    page.get_by_role("navigation", name="Fit").get_by_role("link", name="Best customers").click()
    link = page.get_by_role("link", name=re.compile(r"\d+ % of the best")).first  # of a sentence where there is one
    share = _number(link.inner_text())
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("among the best customers")
    rows = page.locator("tbody").get_by_role("row")
    assert round(100 * rows.count() / 20) == share
    assert chromium.violations(page) == []


def test_a_source_without_a_year_and_another_field(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/fit/sources/")
    expect(page.get_by_text("Nobody paid twelve months ago")).to_be_visible()
    page.goto(f"{served.url}/w/{served.workspace}/fit/standing/")
    expect(page.get_by_role("region", name="By health band")).to_be_visible()
    assert chromium.violations(page) == []

"""A layout made by keyboard and by drag, looked at before it is kept, and put away again."""

import re

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.served import Served


def test_a_layout_is_arranged_previewed_kept_and_put_away(page: Page, served: Served, account: str) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/")
    name = page.get_by_role("heading", level=1).inner_text()
    page.goto(f"{served.url}/w/{served.workspace}/settings/layouts/new/")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Name", exact=True).fill("Money first")
    page.get_by_label("Members with the role").select_option("owner")
    tabs = page.get_by_role("list", name="Tabs: shown, in this order")
    tabs.get_by_label("Money", exact=True).focus()
    for _ in range(6):
        page.keyboard.press("Alt+ArrowUp")
    tabs.get_by_text("Facts").drag_to(tabs.get_by_text("Money", exact=True), target_position={"x": 4, "y": 2})
    page.keyboard.press("Escape")
    tabs.get_by_label("Segments", exact=True).uncheck()
    page.locator("input[name=account]").fill(name)
    page.get_by_label("Seen by").select_option("owner")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("This layout holds (Owner).")).to_be_visible()
    shown = ["Facts", "Money", "Overview", "Timeline", "Tasks", "People", "Usage", "Support", "Files"]
    assert page.locator(".layout-preview .tab").all_inner_texts()[: len(shown)] == shown
    assert chromium.violations(page) == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The layout is in force.")).to_be_visible()
    page.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/segments/")
    strip = page.get_by_role("navigation", name="Account").get_by_role("link")
    assert [re.sub(r"\W*\d*$", "", each) for each in strip.all_inner_texts()] == [*shown, "Alerts", "Segments"]
    page.goto(f"{served.url}/w/{served.workspace}/settings/layouts/money-first/")
    page.get_by_role("button", name="Put this layout away").click()
    expect(page.get_by_text("Everybody sees everything")).to_be_visible()

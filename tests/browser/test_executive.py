"""The executive page: from a number down to the record that made it, and a target that is set where it stands."""

import re

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.served import Served


def test_from_a_number_down_to_the_record(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/home/")
    page.get_by_role("link", name="Executive").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Executive")
    moved = page.get_by_role("region", name="How MRR moved").get_by_role("link", name=re.compile("New"))
    amount = moved.locator(".waterfall-amount").inner_text()
    moved.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^New in "))
    expect(page.get_by_text(f"together {amount.removeprefix('+')}")).to_be_visible()
    page.locator("tbody a").first.click()
    expect(page.get_by_role("link", name="Money")).to_have_attribute("aria-current", "page")
    page.get_by_role("region", name="Movements").get_by_role("link").last.click()
    page.locator("summary", has_text="/started").last.click()
    expect(page.locator(".code-block").last).to_contain_text('"mrr_minor"')
    assert chromium.violations(page) == []


def test_a_target_is_set_where_it_stands(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/executive/")
    row = page.locator("#metric-mrr")
    row.get_by_role("link", name="Edit target and owner of MRR").click()
    field = row.get_by_label("Target of MRR, USD")
    expect(field).to_be_focused()
    assert chromium.violations(page) == []
    field.press("Escape")
    expect(field).to_have_count(0)
    row.get_by_role("link", name="Edit target and owner of MRR").press("Enter")
    field.fill("999,999,999")
    row.get_by_label("Owner", exact=True).select_option(index=1)
    field.press("Enter")
    expect(page.get_by_text("Saved for MRR.")).to_be_visible()
    expect(row).to_contain_text("$999,999,999")
    expect(row).to_contain_text("missed since")
    expect(page.get_by_role("region", name="What changed, and why")).to_contain_text("MRR has been below its target")
    row.get_by_role("link", name="Edit target and owner of MRR").click()
    field.fill("")
    row.get_by_label("Owner", exact=True).select_option(label="Nobody")
    row.get_by_role("button", name="Save").click()
    expect(row).not_to_contain_text("missed since")


def test_two_months_are_put_side_by_side_by_keyboard(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/home/")
    page.keyboard.press("g")
    page.keyboard.press("x")
    expect(page).to_have_url(re.compile("/executive/$"))
    choice = page.get_by_label("beside")
    oldest = choice.locator("option").last.get_attribute("value") or ""
    choice.select_option(oldest)
    expect(page).to_have_url(re.compile(f"against={oldest}"))
    expect(page.get_by_label("beside")).to_have_value(oldest)

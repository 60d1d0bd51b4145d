"""Retention: another definition and why it differs, down to accounts that add up."""

import re

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.served import Served, command


def _amount(text: str) -> int:
    return int(re.sub(r"[^\d]", "", text))


def test_another_definition_and_why_it_differs_down_to_the_accounts(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/retention/")
    page.get_by_label("Definition").select_option(label="As Gainsight defines it, by renewals due")
    page.get_by_role("button", name="Show").click()
    reason = page.get_by_role("note").filter(has_text="Why this differs from ours")
    expect(reason).to_contain_text("It asks only about the")
    expect(page.get_by_role("columnheader", name="Renewals due")).to_be_visible()
    assert chromium.violations(page) == []
    due = reason.get_by_role("link").first
    amount = _amount(due.inner_text())
    due.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Renewals due in")
    expect(page.get_by_text(re.compile(r"accounts?, together"))).to_contain_text(f"{amount:,}")
    parts = page.locator("td[data-label='Due']").all_inner_texts()
    assert len(parts) < 50
    assert abs(sum(map(_amount, parts)) - amount) <= len(parts)  # each is shown without its cents
    assert chromium.violations(page) == []


def test_group_by_a_condition_written_in_lines(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/retention/")
    page.get_by_role("link", name="By a condition").click()
    page.get_by_role("combobox", name="Field of line 1").fill("mrr")
    page.get_by_role("combobox", name="Field of line 1").press("Enter")
    page.get_by_role("combobox", name="Comparison of line 1").select_option(">=")
    page.get_by_label("Value of line 1").fill("500")
    expect(page.locator("#fits")).to_contain_text(re.compile(r"\d+ of \d+ accounts"))
    page.get_by_role("button", name="Group by this").click()
    groups = page.locator("section", has=page.get_by_role("heading", name="Groups side by side"))
    expect(groups.get_by_text("mrr >= 500")).to_be_visible()
    expect(groups.get_by_role("link", name="Fits", exact=True)).to_be_visible()
    expect(groups.get_by_role("link", name="All others")).to_be_visible()
    assert chromium.violations(page) == []


def test_write_what_winning_customers_cost_and_open_who_was_won(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/retention/worth/")
    expect(page.get_by_role("heading", name="Nobody has written what winning customers costs")).to_be_visible()
    page.get_by_role("textbox", name="Amount").fill("12000")
    page.get_by_role("button", name="Keep the cost").click()
    costs = page.locator("section", has=page.get_by_role("heading", name="What winning customers cost", exact=True))
    row = costs.get_by_role("row", name=re.compile("Months with a cost"))
    expect(row).to_contain_text("12,000")
    assert chromium.violations(page) == []
    page.get_by_text("Costs written so far (1)").click()
    page.get_by_role("link", name=re.compile("^Change")).click()
    page.get_by_role("textbox", name="Amount").fill("0")
    page.get_by_role("button", name="Keep the cost").click()
    expect(page.get_by_role("heading", name="Nobody has written what winning customers costs")).to_be_visible()


def test_a_day_that_is_over_shows_itself_once_the_worker_has_prepared_it(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/retention/?as_of={served.past}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("is being prepared")
    expect(page.get_by_text("It waits for the worker")).to_be_visible()
    assert chromium.violations(page) == []
    command(served.home, "worker", "--once")
    expect(page.get_by_role("heading", level=1)).to_have_text("Retention", timeout=15_000)
    expect(page.get_by_role("heading", name="Month by month")).to_be_visible()
    assert page.url.endswith(f"as_of={served.past}")

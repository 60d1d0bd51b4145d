"""Retention: another definition and why it differs, down to accounts that add up."""

import re

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.served import Served


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

"""Cohorts: from what is left of one to the customers it is made of."""

import re

from playwright.sync_api import Page, expect

from tests.browser.served import Served


def test_a_cell_opens_to_its_accounts_and_they_add_up(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/retention/cohorts/?every=quarter")
    expect(page.get_by_role("img", name=re.compile("^Each cohort by age"))).to_be_visible()
    cells = page.locator(".cohort-table tbody tr").first.locator(".cohort-cell a")
    cell = cells.nth(cells.count() - 1)
    told = re.fullmatch(r".*: ([\d,]+) of ([\d,]+)", str(cell.get_attribute("title")))
    assert told
    there, came = (int(each.replace(",", "")) for each in told.groups())
    share = f"{round(100 * there / came)} %"
    assert cell.inner_text() == share
    cell.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Who came in Q"))
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(came)
    assert rows.filter(has_text="pays nothing").count() == came - there
    rows.first.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/accounts/\d+/money/"))


def test_money_instead_of_customers_without_a_mouse(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/retention/cohorts/")
    page.get_by_role("link", name="Money", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("of=money"))
    expect(page.get_by_role("img", name="Each cohort by age: what they pay of what they paid at first")).to_be_visible()

"""Lists by keyboard alone, another owner for several accounts, and the lists of people and subscriptions."""

import re

from playwright.sync_api import Page, expect

from tests.browser.served import Served


def _list(page: Page, served: Served, place: str = "accounts/?scope=all&sort=name") -> None:
    page.goto(f"{served.url}/w/{served.workspace}/{place}")
    page.wait_for_load_state("networkidle")


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_rows_are_selected_by_keyboard(page: Page, served: Served) -> None:
    _list(page, served)
    bar = page.locator(".select-bar")
    expect(bar).to_be_hidden()
    _press(page, "j", "x")
    expect(bar).to_contain_text("1 selected")
    _press(page, "j", "j", "j", "Shift+X")
    expect(bar).to_contain_text("4 selected")
    _press(page, "k", "x")
    expect(bar).to_contain_text("3 selected")
    _press(page, "Escape")
    expect(bar).to_be_hidden()
    name = page.locator(".row-link").nth(2).inner_text()
    _press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_head_takes_the_page_and_shift_takes_a_range(page: Page, served: Served) -> None:
    _list(page, served)
    rows = page.locator("tbody .select-cell input")
    page.get_by_label("Select all on this page").check()
    expect(page.locator(".select-bar")).to_contain_text(f"{rows.count()} selected")
    page.get_by_role("button", name="Clear").click()
    rows.nth(1).click()
    rows.nth(4).click(modifiers=["Shift"])
    expect(page.locator(".select-bar")).to_contain_text("4 selected")


def test_a_list_is_filtered_and_saved_by_keyboard(page: Page, served: Served) -> None:
    _list(page, served)
    _press(page, "/")
    page.keyboard.type("mrr >= 500")
    _press(page, "Escape", "Enter")
    page.wait_for_url("**where=mrr**")
    page.get_by_role("button", name="Save view…").focus()
    _press(page, "Enter")
    page.keyboard.type("From the keyboard")
    _press(page, "Enter")
    page.wait_for_url("**view=**")
    expect(page.locator(".view-bar [aria-current]")).to_contain_text("From the keyboard")


def test_several_accounts_get_another_owner_and_it_is_undone(page: Page, served: Served) -> None:
    _list(page, served)
    before = page.locator("tbody tr").nth(0).locator('[data-label="Owner"]').inner_text()
    _press(page, "j", "x", "j", "x")
    page.get_by_role("button", name="Change…", exact=True).click()
    page.get_by_label("New owner").select_option("Nobody")
    page.get_by_role("button", name=re.compile("^Change [12] account")).click()
    page.wait_for_url(re.compile(r"/accounts/changes/\d+/$"))
    expect(page.get_by_text("Done", exact=True)).to_be_visible()
    _list(page, served)
    expect(page.locator("tbody tr").nth(0).locator('[data-label="Owner"]')).to_have_text("Nobody")
    page.get_by_role("link", name="Changes to many accounts").click()
    page.locator(".row-link").first.click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone", exact=True).first).to_be_visible()
    _list(page, served)
    assert page.locator("tbody tr").nth(0).locator('[data-label="Owner"]').inner_text() == before


def test_people_are_filtered_and_opened(page: Page, served: Served) -> None:
    _list(page, served, "people/?scope=all")
    total = page.locator(".table-foot p").inner_text()
    page.locator(".band-count").first.click()
    page.wait_for_url("**where=role**")
    assert page.locator(".table-foot p").inner_text() != total
    name = page.locator(".row-link").first.inner_text()
    _press(page, "j", "Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_subscriptions_are_sorted_and_lead_to_their_account(page: Page, served: Served) -> None:
    _list(page, served, "subscriptions/")
    page.get_by_role("link", name="MRR").click()
    page.wait_for_url("**sort=mrr**")
    expect(page.locator("th[aria-sort]")).to_contain_text("MRR")
    _press(page, "j", "Enter")
    page.wait_for_url("**/money/")

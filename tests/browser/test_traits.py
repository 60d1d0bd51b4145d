"""Traits and tags changed where they stand, by keyboard too, and for many accounts from the list."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.served import Served

TAG = "Beta programme"


def _open(page: Page, served: Served, place: str) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/{place}")
    page.wait_for_load_state("networkidle")


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.fixture
def tagged(page: Page, served: Served) -> None:
    """The usual tags are in the set."""
    _open(page, served, "settings/tags/")
    usual = page.get_by_role("button", name="Add the usual ones")
    if usual.count():
        usual.click()
        page.wait_for_load_state("networkidle")
    assert chromium.violations(page) == []


def test_a_trait_is_changed_where_it_stands_by_keyboard(page: Page, served: Served, account: str) -> None:
    _open(page, served, f"accounts/{account}/facts/")
    edit = page.get_by_role("link", name="Edit Industry")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Industry", exact=True))
    before = row.locator("[data-in-place-target=view]").inner_text().strip()
    edit.focus()
    _press(page, "Enter")
    field = row.get_by_role("combobox", name=re.compile("Industry of"))
    expect(field).to_be_focused()
    expect(field).to_have_value(before)
    assert chromium.violations(page) == []
    _press(page, "Escape", "Escape")
    expect(edit).to_be_focused()
    _press(page, "Enter")
    expect(field).to_be_focused()
    page.keyboard.type("Space mining")
    _press(page, "Enter")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Industry is Space mining now.")).to_be_visible()
    expect(row).to_contain_text("Space mining")


def test_a_tag_comes_on_by_keyboard_and_off(page: Page, served: Served, account: str, tagged: None) -> None:
    _open(page, served, f"accounts/{account}/")
    _press(page, "t")
    field = page.get_by_role("combobox", name=re.compile("Another tag"))
    expect(field).to_be_focused()
    page.keyboard.type("beta")
    expect(page.get_by_role("option", name=TAG)).to_be_visible()
    assert chromium.violations(page) == []
    _press(page, "ArrowDown", "Enter", "Enter")
    remove = page.get_by_role("button", name=f"Remove the tag {TAG}")
    expect(remove).to_be_visible()
    remove.focus()
    _press(page, "Enter")
    expect(remove).to_have_count(0)
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(remove).to_be_visible()
    page.evaluate("addEventListener('submit', event => event.preventDefault())")  # a server that takes its time
    remove.click()
    expect(page.locator(".tag", has_text=TAG)).to_be_hidden()
    _open(page, served, f"accounts/{account}/")
    expect(remove).to_be_visible()
    remove.click()
    expect(remove).to_have_count(0)


def test_a_tag_goes_on_several_accounts_from_the_list_and_off_again(page: Page, served: Served, tagged: None) -> None:
    _open(page, served, "accounts/?scope=all&sort=name")
    for row in (0, 1):
        page.locator("tbody .select-cell input").nth(row).check()
    page.get_by_role("button", name="Change…", exact=True).click()
    page.get_by_label("What to change").select_option("Tags: add one")
    page.wait_for_url("**what=tag-on**")
    page.get_by_role("combobox", name="Tag").fill("key")
    page.get_by_role("option", name="Key account").click()
    page.get_by_role("button", name="Change 2 accounts").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 accounts: Tags + Key account")
    assert chromium.violations(page) == []
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone").first).to_be_visible()

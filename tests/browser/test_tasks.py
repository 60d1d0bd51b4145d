"""Tasks by keyboard: made on an account, in a note, finished and taken back, many at once, edited where they stand."""

import re

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.served import Served


def _open(page: Page, served: Served, place: str) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/{place}")
    page.wait_for_load_state("networkidle")


def test_a_task_is_made_edited_and_finished_by_keyboard(page: Page, served: Served, account: str) -> None:
    _open(page, served, f"accounts/{account}/tasks/")
    page.keyboard.press("c")
    page.keyboard.type("Call about the second site")
    page.keyboard.press("Enter")
    row = page.get_by_role("row").filter(has_text="Call about the second site")
    expect(row).to_be_visible()
    assert chromium.violations(page) == []
    row.get_by_role("link", name="Call about the second site").click()
    page.wait_for_url("**/tasks/*/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("e")
    expect(page.get_by_label("Title")).to_be_focused()
    page.get_by_label("Title").fill("Call about all sites")
    page.get_by_label("Checklist").fill("Ask Ada\nAsk Bo")
    assert chromium.violations(page) == []
    page.get_by_label("Title").press("Enter")
    expect(page.get_by_role("heading", name="Call about all sites")).to_be_visible()
    page.get_by_role("button", name="Ask Bo").click()
    expect(page.get_by_role("button", name="Ask Bo")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Minutes it took").fill("15")
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_label("How it ended")).to_contain_text("15 min")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Done", exact=True)).to_be_visible()


def test_a_note_makes_a_task_that_the_note_shows_as_done(page: Page, served: Served, account: str) -> None:
    _open(page, served, f"accounts/{account}/timeline/")
    page.get_by_label("Write an entry").fill("Spoke with them.\n\n- [ ] Send the price list by 2020-01-02")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**written=**")
    box = page.locator(".timeline-entry a.todo").first
    expect(box).to_have_attribute("aria-label", "Task, open: Send the price list")
    assert chromium.violations(page) == []
    _open(page, served, "tasks/?when=overdue")
    row = page.get_by_role("row").filter(has_text="Send the price list")
    row.get_by_role("link", name="Send the price list").focus()
    page.keyboard.press("e")
    expect(page.locator("[data-toast-message]")).to_have_text("“Send the price list” is done.")
    expect(row).to_have_count(0)
    _open(page, served, f"accounts/{account}/timeline/")
    expect(box).to_have_attribute("aria-label", "Task, done: Send the price list")


def test_several_are_selected_by_keyboard_and_postponed(page: Page, served: Served) -> None:
    _open(page, served, "tasks/?scope=all")
    titles = page.locator(".tasks-table .row-link")
    first = titles.nth(0).inner_text()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("[data-select-target=count]")).to_have_text("2 selected")
    assert chromium.violations(page) == []
    page.get_by_label("Postpone to").fill("2099-01-05")
    page.get_by_role("button", name="Postpone").click()
    expect(page.locator("[data-toast-message]")).to_have_text(re.compile("2 tasks moved to 5 Jan 2099"))
    expect(page.get_by_role("row").filter(has_text=first).filter(has_text="5 Jan 2099").first).to_be_visible()

"""The way a CSM goes through her morning: the worst account, why, the events behind it, a note."""

import re

from playwright.sync_api import Page, expect

from tests.browser.served import Served


def _list(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/accounts/?scope=all")
    page.wait_for_load_state("networkidle")


def test_from_the_list_to_the_events_by_keyboard(page: Page, served: Served) -> None:
    _list(page, served)
    second = page.locator(".row-link").nth(1).inner_text()
    for key in ("j", "j", "j", "k", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text(second)
    reason = page.locator("a.waterfall-row").first
    reason.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/measures/**")
    expect(page.get_by_role("heading", name="What it was made of")).to_be_visible()


def test_the_filter_completes_and_narrows(page: Page, served: Served) -> None:
    _list(page, served)
    page.keyboard.press("/")
    page.keyboard.type("ban")
    page.get_by_role("option", name=re.compile("^band")).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    field = page.get_by_role("combobox", name="Filter")
    expect(field).to_have_value(re.compile(r"^band\s*$"))
    field.fill("band = 'healthy'")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**where=band**")
    shown = page.locator("tbody .score").all_inner_texts()
    assert shown != []
    assert [text for text in shown if "Healthy" not in text] == []


def test_a_wrong_filter_marks_its_word_and_keeps_the_list_in_sight(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/accounts/?where=mrrr+%3E+1")
    expect(page.locator(".expression-error mark")).to_have_text("mrrr")
    expect(page.locator(".row-link").first).to_be_in_viewport()


def test_a_note_is_written_where_it_is_read(page: Page, served: Served, account: str) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/")
    page.get_by_label("Write an entry").fill("Called **Ines** <script>alert(1)</script>")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/timeline/**")
    note = page.locator(".timeline-body.card").first
    expect(note.locator("strong")).to_have_text("Ines")
    assert page.get_by_label("Write an entry").input_value() == ""
    assert note.locator("script").count() == 0


def test_what_takes_nothing_is_folded_away(page: Page, served: Served, account: str) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/")
    folded = page.locator(".waterfall-silent")
    assert not folded.locator(".waterfall-row").first.is_visible()
    folded.locator("summary").click()
    assert folded.locator(".waterfall-row").first.is_visible()


def test_another_day_is_said_on_every_page_that_follows(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/accounts/?as_of={served.past}")
    page.locator(".row-link").first.click()
    page.wait_for_url(f"**as_of={served.past}**")
    assert page.locator(".as-of-other").count() == 1

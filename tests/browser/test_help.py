"""Help where one is: a word says what it means, `?` tells of the page, and leads into the documentation."""

import re

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.served import Served


def test_a_word_is_explained_by_pointer_keyboard_and_touch(page: Page, served: Served, account: str) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/")
    page.wait_for_load_state("networkidle")
    word, card = page.get_by_role("button", name="MRR", exact=True), page.locator("#word-mrr")
    expect(card).to_be_hidden()
    word.hover()
    expect(card).to_contain_text("Monthly recurring revenue")
    card.hover()
    expect(card).to_be_visible()
    assert chromium.violations(page) == []
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.mouse.move(0, 0)
    word.focus()
    page.keyboard.press("Enter")
    expect(card).to_be_visible()
    page.keyboard.press("Enter")
    expect(card).to_be_hidden()
    word.dispatch_event("click")
    card.get_by_role("link", name="Glossary").click()
    page.wait_for_url("**/help/words/#mrr")


def test_the_head_of_a_column_is_explained_and_still_sorts(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/accounts/?scope=all")
    page.wait_for_load_state("networkidle")
    head = page.get_by_role("link", name="Score", exact=True)
    head.hover()
    expect(page.locator("#word-score")).to_contain_text("0–100")
    head.click()
    page.wait_for_url("**sort=-score**")


def test_help_tells_of_the_page_and_the_palette_finds_it(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/segments/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("?")
    panel = page.get_by_role("dialog", name="Help")
    expect(panel).to_contain_text("The segments there are")
    expect(panel).to_contain_text("Words on this page")
    assert chromium.violations(page) == []
    panel.get_by_role("link", name="Segments", exact=True).click()
    page.wait_for_url("**/help/segments/")
    page.keyboard.press("ControlOrMeta+K")
    page.keyboard.type("saved views")
    page.get_by_role("option", name=re.compile("^Lists and saved views")).click()
    page.wait_for_url("**/help/lists/")

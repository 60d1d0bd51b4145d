"""The inbox by keyboard alone: open, read why, close with an outcome, take it back; a rule tried on the past."""

from playwright.sync_api import Locator, Page, expect

from tests.browser import chromium
from tests.browser.served import Served


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def _inbox(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/inbox/")
    page.wait_for_load_state("networkidle")


def _at_an_alert(page: Page) -> Locator:
    """Go on to the first alert: tasks that are due may stand before it."""
    while not (name := str(page.evaluate("document.activeElement.id"))).startswith("alert-"):
        _press(page, "j")
    return page.locator(f"#{name}")


def test_the_inbox_by_keyboard_alone(page: Page, served: Served) -> None:
    _inbox(page, served)
    count = page.locator(".tab[aria-current] .count")
    before = int(count.inner_text())
    _press(page, "j", "j", "k")
    expect(page.locator(".row-link").first).to_be_focused()
    first = _at_an_alert(page)
    _press(page, "Enter")
    here = page.locator(f"#{first.get_attribute('aria-controls')}")
    expect(here).to_contain_text("Why do we think so?")
    expect(here).to_contain_text("chance that its rule is right")
    assert chromium.violations(page) == []
    _press(page, "Enter")
    expect(here).to_be_hidden()

    _press(page, "x")
    expect(page.locator(".select-bar")).to_contain_text("1 selected")
    _press(page, "x", "c")
    closing = page.locator("dialog#close")
    expect(closing).to_be_visible()
    expect(closing.get_by_role("button", name="Close 1 alert")).to_be_visible()
    assert chromium.violations(page) == []
    _press(page, "Escape")
    expect(page.locator(".select-bar")).to_be_hidden()
    expect(first).to_be_focused()

    _press(page, "c", "Space", "Tab")
    page.keyboard.type("They stay, and train a second team.")
    _press(page, "Tab", "Enter")
    page.wait_for_url("**/inbox/**")
    toast = page.locator("#toasts")
    expect(toast).to_contain_text("1 alert closed.")
    expect(count).to_have_text(str(before - 1))
    expect(page.locator(".row-link:focus")).to_have_count(1)
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("1 alert as before.")
    expect(count).to_have_text(str(before))

    page.locator(".row-link[id^=alert]").first.focus()
    _press(page, "s", "Tab", "Tab", "Tab", "Tab", "Tab")
    page.keyboard.type("They are on holiday")
    _press(page, "Enter")
    expect(page.locator("#toasts")).to_contain_text("1 alert snoozed.")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(count).to_have_text(str(before))
    _press(page, "?")
    expect(page.locator("dialog#help")).to_contain_text("Close with an outcome")


def test_an_answer_needs_an_outcome_and_others_changes_stay(page: Page, served: Served) -> None:
    _inbox(page, served)
    other = page.context.new_page()
    _inbox(other, served)
    other.locator(".row-link[id^=alert]").first.focus()
    _press(other, "t")
    expect(other.locator("#toasts")).to_contain_text("made a task")
    page.locator(".row-link[id^=alert]").first.focus()
    _press(page, "c")
    page.locator("dialog#close").get_by_role("button", name="Close 1 alert").click()
    expect(page.locator("dialog#close")).to_be_visible()
    page.get_by_label("False alarm").check()
    page.locator("dialog#close").get_by_role("button", name="Close 1 alert").click()
    expect(page.locator("#toasts")).to_contain_text("changed by somebody else meanwhile")


def test_a_rule_is_tried_on_the_past_and_put_in_force(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/alerts/rules/new/?kind=measure")
    page.get_by_label("Name", exact=True).fill("Logins halved")
    page.get_by_role("combobox", name="Measure").fill("logins_28d")
    page.get_by_label("Its", exact=True).select_option("change")
    page.get_by_label("Value", exact=True).fill("-50")
    page.get_by_label("Reason, as the inbox shows it").fill("Logins halved")
    page.get_by_role("button", name="Try it on the past").click()
    expect(page.locator("#tried")).to_contain_text("alerts a week for each of")
    assert chromium.violations(page) == []
    expect(page.get_by_label("Value", exact=True)).to_have_value("-50")
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Logins halved")
    expect(page.locator("main")).to_contain_text("change(logins_28d) <= -0.5")
    page.get_by_role("button", name="Archive").click()
    expect(page.locator("#toasts")).to_contain_text("archived")

"""The product is fully usable by keyboard, and readable without script."""

from typing import TYPE_CHECKING

from tests.browser.live import pages
from tests.browser.live.conftest import PHONE, Visits

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tenure.tenants.models import Member, Workspace


def _focused(page: "Page") -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_two_keys_lead_to_a_place(visit: Visits, ana: "Member") -> None:
    page = visit(ana).open("/w/acme/settings/")
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/w/acme/imports/")


def test_keys_typed_into_a_field_are_text(visit: Visits, ana: "Member") -> None:
    page = visit(ana).open("/w/acme/settings/")
    page.get_by_label("E-mail").fill("")
    page.get_by_label("E-mail").press_sequentially("gi?")
    assert page.url.endswith("/w/acme/settings/")
    assert page.get_by_label("E-mail").input_value() == "gi?"


def test_the_help_lists_the_keys_of_the_page(visit: Visits, ana: "Member") -> None:
    page = visit(ana).open("/w/acme/imports/")
    page.keyboard.press("?")
    keys = page.locator("#keys")
    assert keys.is_visible()
    assert "Go to settings" in keys.inner_text()
    page.keyboard.press("Escape")
    assert not keys.is_visible()


def test_j_and_k_move_and_enter_opens(visit: Visits, ana: "Member", acme: "Workspace") -> None:
    for _ in range(3):
        newest = pages.imported(acme)
    page = visit(ana).open("/w/acme/imports/")
    rows = page.locator(".row-link")
    for keys, expected in ((["j"], 0), (["j", "j"], 2), (["j"], 2), (["k", "k", "k"], 0)):
        for key in keys:
            page.keyboard.press(key)
        assert rows.nth(expected).evaluate("link => link === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/w/acme/imports/{newest}/")


def test_the_palette_finds_a_place(visit: Visits, ana: "Member") -> None:
    page = visit(ana).open("/w/acme/imports/")
    page.keyboard.press("Control+k")
    page.keyboard.type("score")
    page.keyboard.press("Enter")
    page.wait_for_url("**/w/acme/scorecard/")


def test_escape_closes_a_menu_and_gives_the_focus_back(visit: Visits, ana: "Member") -> None:
    page = visit(ana).open("/w/acme/imports/")
    menu = page.locator(".as-of")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    assert menu.get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert "As of" in _focused(page)


def test_a_dialog_keeps_the_focus_and_gives_it_back(visit: Visits, ana: "Member") -> None:
    page = visit(ana).open("/w/acme/components/")
    page.get_by_role("button", name="Open a dialog").click()
    for _ in range(6):
        page.keyboard.press("Tab")
        inside = "!!document.activeElement.closest('dialog') || document.activeElement === document.body"
        assert page.evaluate(inside)
    page.keyboard.press("Escape")
    assert _focused(page) == "Open a dialog"


def test_the_first_tab_skips_to_the_content(visit: Visits, ana: "Member") -> None:
    page = visit(ana).open("/w/acme/imports/")
    page.keyboard.press("Tab")
    assert _focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_menu_in_a_table_is_not_cut_off(visit: Visits, ana: "Member", ben: "Member") -> None:
    page = visit(ana).open("/w/acme/settings/")
    page.locator("tbody tr").last.locator("summary").click()
    page.get_by_role("button", name="Deactivate").last.click()
    page.wait_for_load_state()
    assert "Deactivated" in page.locator("tbody").first.inner_text()


def test_completion_over_a_fixed_list(visit: Visits, ana: "Member") -> None:
    page = visit(ana).open("/w/acme/components/")
    owner = page.get_by_role("combobox", name="Owner")
    owner.press_sequentially("ben")
    page.get_by_role("option", name="Ben Achebe").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert owner.input_value() == "Ben Achebe"


def test_without_script_the_menus_open_and_the_page_reads(visit: Visits, ana: "Member", acme: "Workspace") -> None:
    run = pages.imported(acme)
    there = visit(ana, script=False)
    page = there.open(f"/w/acme/imports/{run}/")
    page.locator(".as-of > summary").click()
    assert page.get_by_label("Look at the day").is_visible()
    page.get_by_role("link", name="Next").click()
    assert page.locator("#rejects").is_visible()


def test_on_a_phone_the_places_are_at_the_bottom(visit: Visits, ana: "Member") -> None:
    page = visit(ana, size=PHONE).open("/w/acme/imports/")
    assert not page.locator(".sidebar").is_visible()
    page.locator(".bottombar").get_by_role("link", name="Settings").click()
    page.wait_for_url("**/w/acme/settings/")

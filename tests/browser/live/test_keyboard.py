"""The product is fully usable by keyboard, and readable without script."""

from playwright.sync_api import Page

from tests.browser.live.conftest import PHONE, Owner, Visits


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_two_keys_lead_to_a_place(visit: Visits, ana: Owner) -> None:
    page = visit(ana).open(f"/w/{ana.slug}/settings/")
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url(f"**/w/{ana.slug}/imports/")


def test_keys_typed_into_a_field_are_text(visit: Visits, ana: Owner) -> None:
    page = visit(ana).open(f"/w/{ana.slug}/settings/")
    page.get_by_label("E-mail").fill("")
    page.get_by_label("E-mail").press_sequentially("gi?")
    assert page.url.endswith(f"/w/{ana.slug}/settings/")
    assert page.get_by_label("E-mail").input_value() == "gi?"


def test_the_help_lists_the_keys_of_the_page(visit: Visits, ana: Owner) -> None:
    page = visit(ana).open(f"/w/{ana.slug}/imports/")
    page.keyboard.press("?")
    keys = page.locator("#help")
    assert keys.is_visible()
    assert "Go to settings" in keys.inner_text()
    page.keyboard.press("Escape")
    assert not keys.is_visible()


def test_j_and_k_move_between_rows_and_stay_in_the_list(visit: Visits, ana: Owner) -> None:
    page = visit(ana).open(f"/w/{ana.slug}/components/")
    rows = page.locator(".row-link")
    for keys, expected in (("j", 0), ("jj", 2), ("jjj", 3), ("kkkkk", 0)):
        for key in keys:
            page.keyboard.press(key)
        assert rows.nth(expected).evaluate("link => link === document.activeElement")


def test_enter_opens_the_row(visit: Visits, ana: Owner) -> None:
    page = visit(ana).open(f"/w/{ana.slug}/imports/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/w/{ana.slug}/imports/1/")


def test_the_palette_finds_a_place(visit: Visits, ana: Owner) -> None:
    page = visit(ana).open(f"/w/{ana.slug}/imports/")
    page.keyboard.press("Control+k")
    page.keyboard.type("score")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/w/{ana.slug}/scorecard/")


def test_escape_closes_a_menu_and_gives_the_focus_back(visit: Visits, ana: Owner) -> None:
    page = visit(ana).open(f"/w/{ana.slug}/imports/")
    menu = page.locator(".as-of")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    assert menu.get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert "As of" in _focused(page)


def test_a_dialog_keeps_the_focus_and_gives_it_back(visit: Visits, ana: Owner) -> None:
    page = visit(ana).open(f"/w/{ana.slug}/components/")
    page.get_by_role("button", name="Open a dialog").click()
    for _ in range(6):
        page.keyboard.press("Tab")
        inside = "!!document.activeElement.closest('dialog') || document.activeElement === document.body"
        assert page.evaluate(inside)
    page.keyboard.press("Escape")
    assert _focused(page) == "Open a dialog"


def test_the_first_tab_skips_to_the_content(visit: Visits, ana: Owner) -> None:
    page = visit(ana).open(f"/w/{ana.slug}/imports/")
    page.keyboard.press("Tab")
    assert _focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_menu_in_a_table_is_not_cut_off(visit: Visits, newcomer: Owner) -> None:
    page = visit(newcomer).open(f"/w/{newcomer.slug}/settings/")
    page.locator("tbody tr").last.locator("summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Deactivate").click()
    assert "A workspace needs an owner" in page.locator("#toasts").inner_text()


def test_completion_over_a_fixed_list(visit: Visits, ana: Owner) -> None:
    page = visit(ana).open(f"/w/{ana.slug}/components/")
    owner = page.get_by_role("combobox", name="Owner")
    owner.press_sequentially("ben")
    page.get_by_role("option", name="Ana Ortiz").wait_for(state="detached")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert owner.input_value() == "Ben Achebe"


def test_without_script_the_menus_open_and_the_page_reads(visit: Visits, ana: Owner) -> None:
    there = visit(ana, script=False)
    page = there.open(f"/w/{ana.slug}/imports/1/")
    page.locator(".as-of > summary").click()
    assert page.get_by_label("Look at the day").is_visible()
    page.get_by_role("link", name="Next").click()
    assert page.locator("#rejects").is_visible()


def test_on_a_phone_the_places_are_at_the_bottom(visit: Visits, ana: Owner) -> None:
    page = visit(ana, size=PHONE).open(f"/w/{ana.slug}/imports/")
    assert not page.locator(".sidebar").is_visible()
    page.locator(".bottombar").get_by_role("link", name="Settings").click()
    page.wait_for_url(f"**/w/{ana.slug}/settings/")


def test_a_newcomer_is_led_to_the_first_steps(visit: Visits, newcomer: Owner) -> None:
    page = visit(newcomer).open(f"/w/{newcomer.slug}/")
    assert page.url.endswith(f"/w/{newcomer.slug}/start/")
    assert page.get_by_text("tenure demo", exact=True).is_visible()

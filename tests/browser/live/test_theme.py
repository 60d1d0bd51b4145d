"""Light and dark: the system's choice until somebody chooses, and then hers, from the first paint on."""

from playwright.sync_api import Page

from tests.browser.live.conftest import Owner, Visits

LIGHT, DARK = "rgb(255, 255, 255)", "rgb(18, 19, 22)"


def _background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def test_the_system_decides_until_somebody_does(visit: Visits, ana: Owner) -> None:
    page = visit(ana).open(f"/w/{ana.slug}/settings/")
    assert _background(page) == LIGHT
    page.emulate_media(color_scheme="dark")
    assert _background(page) == DARK


def test_a_choice_stays(visit: Visits, ana: Owner) -> None:
    there = visit(ana)
    page = there.open(f"/w/{ana.slug}/settings/")
    page.locator(".sidebar .menu-up > summary").click()
    page.locator(".sidebar").get_by_role("button", name="Dark").click()
    assert _background(page) == DARK
    page = there.open(f"/w/{ana.slug}/imports/")
    assert _background(page) == DARK
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.locator(".sidebar .menu-up > summary").click()
    page.locator(".sidebar").get_by_role("button", name="System").click()
    page = there.open(f"/w/{ana.slug}/imports/")
    assert _background(page) == LIGHT

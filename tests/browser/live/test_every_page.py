"""Every page, light and dark, on a desk and on a phone: nothing for axe to find, nothing in the console, nothing
wider than the window."""

from typing import TYPE_CHECKING

import pytest

from tests.browser import chromium
from tests.browser.live import pages
from tests.browser.live.conftest import DESK, PHONE, Visits

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tenure.tenants.models import Member, Workspace

LOOKS = [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")]
NAMES = ["desk-light", "desk-dark", "phone-light", "phone-dark"]
EXPECTED = ("status of 404",)


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=NAMES)
def test_pages_of_a_member(visit: Visits, ana: "Member", acme: "Workspace", size: tuple[int, int], theme: str) -> None:
    run = pages.imported(acme)
    there = visit(ana, size=size, theme=theme)
    found = {path: _wrong(there.open(path.format(run=run))) for path in (*pages.TEAM, *pages.OWN)}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert [said for said in there.complaints if not any(word in said for word in EXPECTED)] == []


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=NAMES)
def test_pages_of_a_guest(visit: Visits, acme: "Workspace", size: tuple[int, int], theme: str) -> None:
    there = visit(size=size, theme=theme)
    found = {path: _wrong(there.open(path)) for path in pages.GUEST}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert there.complaints == []


def _wrong(page: "Page") -> list[object]:
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*chromium.violations(page), *([f"{over} px too wide"] if over > 0 else [])]


def test_open_overlays_are_as_good_as_pages(visit: Visits, ana: "Member", acme: "Workspace") -> None:
    page = visit(ana).open("/w/acme/components/")
    found = {}
    for name, opener in (("dialog", "Open a dialog"), ("drawer", "Open a drawer")):
        page.get_by_role("button", name=opener).click()
        found[name] = chromium.violations(page)
        page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    found["palette"] = chromium.violations(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    found["keys"] = chromium.violations(page)
    page.keyboard.press("Escape")
    page.locator(".as-of > summary").click()
    found["as of"] = chromium.violations(page)
    assert found == {"dialog": [], "drawer": [], "palette": [], "keys": [], "as of": []}

"""Every page around the accounts, on a desk and on a phone, light and dark, before anything was computed: nothing for
axe to find, nothing in the console, nothing wider than the window."""

import pytest
from playwright.sync_api import Page

from tests.browser import chromium
from tests.browser.live import pages
from tests.browser.live.conftest import DESK, PHONE, House, Owner, Visits

LOOKS = [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")]
NAMES = ["desk-light", "desk-dark", "phone-light", "phone-dark"]
EXPECTED = "status of 404"


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=NAMES)
def test_pages_of_a_member(visit: Visits, ana: Owner, size: tuple[int, int], theme: str) -> None:
    there = visit(ana, size=size, theme=theme)
    addresses = [path.format(w=ana.slug, run=1) for path in (*pages.TEAM, *pages.OWN)]
    found = {path: _wrong(there.open(path)) for path in addresses}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert [said for said in there.complaints if EXPECTED not in said] == []


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=NAMES)
def test_pages_of_a_guest(visit: Visits, size: tuple[int, int], theme: str) -> None:
    there = visit(size=size, theme=theme)
    found = {path: _wrong(there.open(path)) for path in pages.GUEST}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert there.complaints == []


def _wrong(page: Page) -> list[object]:
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*chromium.violations(page), *([f"{over} px too wide"] if over > 0 else [])]


def test_open_overlays_are_as_good_as_pages(visit: Visits, ana: Owner) -> None:
    page = visit(ana).open(f"/w/{ana.slug}/components/")
    found = {}
    for name in ("Open a dialog", "Open a drawer"):
        page.get_by_role("button", name=name).click()
        found[name] = chromium.violations(page)
        page.keyboard.press("Escape")
    for key in ("Control+k", "?"):
        page.keyboard.press(key)
        found[key] = chromium.violations(page)
        page.keyboard.press("Escape")
    page.locator(".as-of > summary").click()
    found["as of"] = chromium.violations(page)
    assert found == {"Open a dialog": [], "Open a drawer": [], "Control+k": [], "?": [], "as of": []}


def test_an_invitation_is_a_page_of_its_own(visit: Visits, house: House, newcomer: Owner) -> None:
    there = visit(newcomer)
    page = there.open(f"/w/{newcomer.slug}/settings/")
    page.get_by_label("E-mail").fill("ben@elsewhere.example")
    page.get_by_role("button", name="Make an invitation").click()
    link = page.locator('[data-copy-target="source"]').inner_text()
    guest = visit(size=PHONE, theme="dark")
    page = guest.open(link.removeprefix(house.url))
    assert chromium.violations(page) == []
    page.get_by_label("Your name").fill("Ben Achebe")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Join").click()
    page.wait_for_url(f"**/w/{newcomer.slug}/**")
    assert [*there.complaints, *guest.complaints] == []

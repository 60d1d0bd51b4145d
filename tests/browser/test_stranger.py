"""Somebody who has never seen the product finds the three customers most at risk, why, and what happened last with
each: with nothing but the pages, in at most eight clicks from signing in."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import chromium
from tests.browser.served import Served

MOST = 8


class Clicks:
    """Presses things, and counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.made = page, 0

    def on(self, what: Locator) -> None:
        """One click, and what it leads to."""
        what.click()
        self.made += 1
        self.page.wait_for_load_state("networkidle")


def test_the_three_most_at_risk_why_and_what_happened_last(browser: Browser, served: Served) -> None:
    context = chromium.context(browser, state=None)
    page = context.new_page()
    click = Clicks(page)
    page.goto(f"{served.url}/accounts/login/")
    page.fill("input[name=login]", served.email)
    page.fill("input[name=password]", served.password)
    click.on(page.get_by_role("button", name="Sign in", exact=True))
    click.on(page.get_by_role("link", name="Ploverworks"))
    scores = page.locator("tbody .score").all_inner_texts()
    known = [int(found[0]) for text in scores if (found := re.search(r"\d+", text))]
    worst = known[:3]
    assert worst == sorted(known)[:3]  # the list begins with them
    names = page.locator(".row-link").all_inner_texts()[:3]
    for number, name in enumerate(names):
        if number:
            click.on(page.locator("a.crumb"))
        click.on(page.get_by_role("link", name=name, exact=True))
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        expect(page.locator("a.waterfall-row").first).to_be_visible()
        expect(page.get_by_text("Last contact")).to_be_visible()
        assert page.locator(".briefing").inner_text()
        expect(page.locator(".timeline-item, .timeline-entry").first).to_be_attached()
    assert click.made <= MOST
    context.close()

"""Before a talk: what is known of a customer, what they use, and a name put right where it stands."""

import re

from playwright.sync_api import Page, expect

from tests.browser.served import Served


def test_the_card_leads_to_what_it_speaks_of(page: Page, served: Served, account: str) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/")
    card = page.get_by_role("region", name="Before you talk")
    expect(card.get_by_text("Customer for")).to_be_visible()
    page.locator(".asks a").first.click()
    page.wait_for_url("**/measures/**")


def test_the_arrow_keys_read_the_heat_map(page: Page, served: Served, account: str) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/usage/")
    page.get_by_role("group", name=re.compile("Heat map")).focus()
    page.keyboard.press("ArrowRight")
    said = page.locator(".heat-said")
    expect(said).to_contain_text("week of")
    first = said.inner_text()
    page.keyboard.press("ArrowLeft")
    expect(said).not_to_have_text(first)
    expect(page.locator(".heat-on")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(said).to_contain_text("Each feature against its own busiest week")


def test_a_name_is_changed_where_it_stands(page: Page, served: Served, account: str) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/")
    heading = page.get_by_role("heading", level=1)
    was = heading.inner_text()
    page.keyboard.press("e")
    field = page.get_by_role("textbox", name="What the account is called")
    expect(field).to_be_focused()
    expect(heading).to_be_hidden()
    field.fill("Never mind")
    page.keyboard.press("Escape")
    expect(heading).to_have_text(was)
    expect(page.get_by_role("link", name="Edit the name")).to_be_focused()
    page.keyboard.press("e")
    field.fill(f"{was} Group")
    page.keyboard.press("Enter")
    expect(heading).to_have_text(f"{was} Group")
    page.keyboard.press("e")
    field.fill(was)
    page.keyboard.press("Enter")
    expect(heading).to_have_text(was)


def test_an_owner_is_chosen_where_she_stands(page: Page, served: Served, account: str) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/")
    page.get_by_role("link", name=re.compile("of the owner")).click()
    choice = page.get_by_role("combobox", name=re.compile("Who looks after"))
    expect(choice).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name=re.compile("of the owner"))).to_be_focused()

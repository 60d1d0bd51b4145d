"""The people of an account: a role is said, a signal is answered, and from the map one gets to a person."""

from playwright.sync_api import Page, expect

from tests.browser.served import Served


def test_a_champion_is_set_and_taken_back_and_a_signal_is_dismissed(page: Page, served: Served, account: str) -> None:
    page.goto(served.address("/w/{w}/accounts/{account}/people/", account))
    role = page.get_by_label("Role of", exact=False).last
    name = (role.get_attribute("aria-label") or "").removeprefix("Role of ")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))
    expect(row.get_by_role("button", name="Set")).to_be_hidden()
    role.select_option("champion")
    row.get_by_role("button", name="Set").click()
    expect(page.get_by_text("Role set.")).to_be_visible()
    champions = page.locator("tbody").filter(has=page.get_by_role("rowheader", name="Champions"))
    expect(champions.get_by_role("link", name=name, exact=True)).to_be_visible()
    row.get_by_label(f"Role of {name}").select_option("left")
    row.get_by_role("button", name="Set").click()
    gone = page.locator("tbody").filter(has=page.get_by_role("rowheader", name="Have left"))
    expect(gone.get_by_role("link", name=name, exact=True)).to_be_visible()
    row.get_by_label(f"Role of {name}").select_option("")
    row.get_by_role("button", name="Set").click()
    expect(page.get_by_text("The role of the source counts again.")).to_be_visible()

    signals = page.get_by_role("region", name="What stands out")
    signals.get_by_role("button", name="Dismiss").first.click()
    page.get_by_text("1 dismissed").click()
    expect(signals.get_by_text("Dismissed by")).to_be_visible()
    signals.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("1 dismissed")).to_be_hidden()

    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    expect(page.get_by_role("region", name="What they use")).to_be_visible()
    expect(page.get_by_text("Champion by the word of").first).to_be_visible()

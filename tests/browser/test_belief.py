"""What makes a score believed: its record, the health of all, a score set by hand, a miss that somebody explains."""

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.served import Served


def test_from_a_score_to_its_record_and_to_one_it_got_wrong(page: Page, served: Served) -> None:
    page.goto(served.address("/w/{w}/accounts/", ""))
    page.locator("a.record").click()
    expect(page.get_by_role("heading", name="scorecard", level=2)).to_be_visible()
    expect(page.get_by_role("table").first).to_contain_text("Lift")
    page.get_by_label("How far ahead").select_option("30")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("This question has not been asked")).to_be_visible()
    page.get_by_role("button", name="Test it").click()
    expect(page.get_by_text("The scorecard is being tested")).to_be_visible()
    assert chromium.violations(page) == []


def test_the_health_of_all_by_a_field(page: Page, served: Served) -> None:
    page.goto(served.address("/w/{w}/health/", ""))
    expect(page.get_by_text("Average health").first).to_be_visible()
    page.get_by_label("Group by").select_option(label="Industry")
    page.get_by_role("button", name="Group").click()
    expect(page.get_by_role("columnheader", name="Industry")).to_be_visible()
    page.locator(".mover-list a").first.click()
    expect(page.get_by_role("heading", name="Why this score")).to_be_visible()


def test_a_score_is_set_by_hand_and_ended(page: Page, served: Served) -> None:
    page.goto(served.address("/w/{w}/accounts/", ""))
    page.locator("a.row-link").first.click()
    expect(page.get_by_role("heading", name="Why this score")).to_be_visible()
    page.locator("summary", has_text="More").first.click()
    page.get_by_role("link", name="Set the score by hand").click()
    page.get_by_label("Score", exact=True).fill("20")
    page.get_by_label("Why").fill("Their director told us that they look at two others.")
    last = page.get_by_label("Until").input_value()
    page.get_by_label("Until").fill("2020-01-01")
    page.get_by_role("button", name="Set the score").click()
    expect(page.get_by_text("expected a day on or after the first")).to_be_visible()
    page.get_by_label("Until").fill(last)
    page.get_by_role("button", name="Set the score").click()
    expect(page.get_by_text("is set by hand")).to_be_visible()
    page.goto(served.address("/w/{w}/overrides/", ""))
    expect(page.get_by_text("Their director told us")).to_be_visible()
    page.get_by_role("button", name="End").click()
    expect(page.get_by_text("The scorecard speaks again")).to_be_visible()
    expect(page.get_by_role("button", name="End")).to_have_count(0)


def test_a_pulse_is_given_beside_the_score(page: Page, served: Served) -> None:
    page.goto(served.address("/w/{w}/accounts/", ""))
    page.locator("a.row-link").first.click()
    page.get_by_role("button", name="Give a pulse").click()
    dialog = page.get_by_role("dialog", name="How is")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Extremely satisfied").focus()
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_label("Satisfied", exact=True)).to_be_checked()
    dialog.get_by_label("At risk").check()
    dialog.get_by_label("Why").fill("Their sponsor left on Friday.")
    dialog.get_by_role("button", name="Give the pulse").click()
    expect(page.get_by_text("Your pulse is kept")).to_be_visible()
    expect(page.locator(".pulses > li").first).to_contain_text("Their sponsor left on Friday.")
    page.goto(served.address("/w/{w}/pulses/", ""))
    expect(page.get_by_role("table").last).to_contain_text("Their sponsor left on Friday.")
    assert chromium.violations(page) == []


def test_a_miss_is_explained(page: Page, served: Served) -> None:
    page.goto(served.address("/w/{other}/reviews/", ""))
    page.get_by_role("link", name="Account 5").or_(page.get_by_role("link", name="Account 4")).first.click()
    page.get_by_label("Reason").select_option("other")
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("say what it was")).to_be_visible()
    page.get_by_label("What happened").fill("Their only user left the company.")
    page.get_by_label("Reason").select_option("contact_left")
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("The review is answered")).to_be_visible()
    page.get_by_role("link", name="Answered").click()
    expect(page.get_by_text("Our contact left")).to_be_visible()
    assert chromium.violations(page) == []

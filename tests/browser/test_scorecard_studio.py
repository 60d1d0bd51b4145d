"""A curve drawn anew by hand and by keys, what it would change, its publication, and the way back."""

import re

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.served import Served, command


def _values(page: Page, n: int) -> tuple[float, float]:
    """The two fields of a point."""
    return (
        float(page.get_by_label(f"Value of point {n}", exact=True).input_value()),
        float(page.get_by_label(f"Points of point {n}", exact=True).input_value()),
    )


def _saved(page: Page) -> None:
    page.get_by_role("button", name="Save the draft").last.click()
    expect(page.get_by_text("The draft is saved").last).to_be_visible()


def test_edit_a_curve_see_what_it_would_change_publish_and_roll_back(page: Page, served: Served) -> None:
    page.goto(served.address("/w/{w}/scorecard/edit/", ""))
    if page.get_by_role("button", name="Discard").count():
        page.get_by_role("button", name="Discard").click()
        expect(page.get_by_text("The draft is discarded")).to_be_visible()

    # Weights tell their share while they are typed.
    weight = page.get_by_role("textbox", name=re.compile("^Weight of ")).first
    share = page.locator("output").first
    before = share.text_content()
    weight.fill("90")
    expect(share).not_to_have_text(before or "")
    page.reload()

    page.get_by_role("link", name="Days with use in 28 days", exact=True).click()
    expect(page.get_by_role("heading", name="Days with use in 28 days", level=1)).to_be_visible()
    count = page.get_by_role("slider").count()
    third = page.get_by_role("slider").nth(2)
    at, points = _values(page, 3)

    # By hand: down by half the chart's height, and a little to the right.
    box = third.locator(".dot").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 30, middle[1] + 66, steps=5)
    page.mouse.up()
    dragged = _values(page, 3)
    assert dragged[0] > at
    assert dragged[1] == round(points - 30)

    # By keys, and never past its neighbour.
    third.press("ArrowUp")
    third.press("Shift+ArrowDown")
    assert _values(page, 3) == (dragged[0], dragged[1] - 9)
    for _ in range(8):
        third.press("Shift+ArrowRight")
    assert _values(page, 3)[0] < _values(page, 4)[0]
    expect(third).to_have_attribute("aria-valuenow", f"{dragged[1] - 9:g}")

    # By its fields: the handle follows.
    page.get_by_label("Points of point 3", exact=True).fill("12")
    expect(third).to_have_attribute("aria-valuenow", "12")
    page.get_by_role("button", name="Add a point").click()
    expect(page.get_by_role("slider")).to_have_count(count + 1)
    page.get_by_label("Points of point 1", exact=True).fill("120")
    page.get_by_role("button", name="Save the draft").last.click()
    expect(page.get_by_text("This cannot be saved yet")).to_be_visible()
    expect(page.get_by_label("Points of point 1", exact=True)).to_have_attribute("aria-invalid", "true")
    assert chromium.violations(page) == []
    page.get_by_label("Points of point 1", exact=True).fill("0")
    page.get_by_label("Without a value").select_option("worst")
    _saved(page)
    third_now = _values(page, 3)

    page.get_by_role("link", name="What would change").click()
    page.get_by_role("button", name="Compute the what-if").click()
    expect(page.get_by_text("Waiting for the worker")).to_be_visible()
    command(served.home, "worker", "--once")
    expect(page.get_by_role("heading", name=re.compile("accounts change band"))).to_be_visible(timeout=30_000)
    expect(page.get_by_role("heading", name=re.compile("enter the worst band"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile(r"^AUC \d"))).to_be_visible()
    assert chromium.violations(page) == []

    page.get_by_label("What changes, and why").fill("Little use is worth less.")
    page.get_by_role("button", name="Publish as a new version").click()
    expect(page.get_by_text(re.compile(r"^Version \d+ is in force\."))).to_be_visible()
    page.get_by_role("link", name="Versions").click()
    newest = page.get_by_role("region", name=re.compile(r"^Version \d+ In force"))
    expect(newest.get_by_text("Little use is worth less.")).to_be_visible()
    assert chromium.violations(page) == []

    page.get_by_role("button", name=re.compile("^Roll back to version")).first.click()
    expect(page.get_by_text(re.compile("it says what version"))).to_be_visible()
    page.goto(served.address("/w/{w}/scorecard/edit/default/active_days_28d/", ""))
    assert _values(page, 3) == (at, points) != third_now

"""Segments: built by mouse and by text, read by everybody, changed by few."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import chromium
from tests.browser.served import ROOT, Served, environment_of

VIEWER = ("vera@example.com", "a password of the viewer, 1234")
MAKE_VIEWER = """
import django; django.setup()
from tenure.base import tenancy
from tenure.tenants import actions, queries
from tenure.tenants.permissions import Role
with tenancy.workspace(queries.workspace({slug!r}).id):
    actions.add_member(email={email!r}, name="Vera", role=Role.VIEWER, password={password!r}, by=None)
"""


@pytest.fixture(scope="module")
def viewer(browser: Browser, served: Served) -> Iterator[Page]:
    """A window of a member who may only read."""
    code = MAKE_VIEWER.format(slug=served.workspace, email=VIEWER[0], password=VIEWER[1])
    subprocess.run([sys.executable, "-c", code], env=environment_of(served.home), cwd=ROOT, check=True)
    context = chromium.context(browser, state=None)
    page = context.new_page()
    page.goto(f"{served.url}/accounts/login/")
    page.fill("input[name=login]", VIEWER[0])
    page.fill("input[name=password]", VIEWER[1])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    yield page
    context.close()


def _number(text: str) -> int:
    found = re.match(r"[\d,]+", text)
    assert found, text
    return int(found[0].replace(",", ""))


def _pick(page: Page, line: int, typed: str, option: str) -> None:
    """Search a field in a line of the builder and take it from the list."""
    field = page.get_by_role("combobox", name=f"Field of line {line}")
    field.click()
    field.press_sequentially(typed)
    page.get_by_role("option", name=re.compile(f"^{re.escape(option)}")).first.click()
    page.get_by_role("combobox", name=f"Comparison of line {line}").wait_for()


def test_build_a_segment_by_mouse(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/segments/")
    page.get_by_role("link", name="New segment").click()
    page.get_by_label("Name", exact=True).fill("Large and quiet")
    _pick(page, 1, "mrr", "mrr")
    with page.expect_response("**/segments/preview/**"):
        page.get_by_label("Comparison of line 1").select_option(label="is more than")
    expect(page.get_by_label("Comparison of line 1")).to_have_value(">")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Value of line 1").fill("100")
    fits = page.locator("#fits")
    expect(fits.locator("code")).to_have_text("mrr > 100")
    page.get_by_role("button", name="Add a group").click()
    _pick(page, 2, "band", "band")
    page.get_by_role("combobox", name="Value of line 2").click()
    page.get_by_role("option", name="risk").click()
    _pick(page, 3, "change events", "change(events_28d)")
    page.get_by_label("Value of line 3").fill("-10")
    expect(fits.locator("code")).to_have_text("mrr > 100 and (band = 'risk' or change(events_28d) <= -0.1)")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_role("button", name="Remove line 4").click()
    expect(page.get_by_role("combobox", name="Field of line 4")).to_have_count(0)
    count = _number(fits.locator("h2").inner_text())
    assert count > 0
    assert chromium.violations(page) == []
    page.get_by_role("button", name="Create the segment").click()
    page.wait_for_url("**/segments/large_and_quiet/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Large and quiet")
    expect(page.get_by_role("link", name=f"Members {count}")).to_be_visible()
    expect(page.get_by_text("Things done in 28 days, change fell to or below −10 %")).to_be_visible()


def test_build_a_segment_by_text_and_read_it_back_in_lines(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/segments/new/")
    page.get_by_label("Name", exact=True).fill("By text")
    page.get_by_role("button", name="Edit as text").click()
    text = page.get_by_role("combobox", name="Condition")
    text.fill("mrrr >= 100")
    expect(page.locator("#fits mark")).to_have_text("mrrr")
    page.get_by_role("button", name="Create the segment").click()
    expect(page.get_by_role("alert").first).to_contain_text("mrrr")
    expect(page.get_by_label("Name", exact=True)).to_have_value("By text")
    text.fill("mrr >= 100 and status = 'customer'")
    expect(page.locator("#fits h2")).to_have_text(re.compile(r"^\d+ of \d+ accounts"))
    page.get_by_role("button", name="Create the segment").click()
    page.wait_for_url("**/segments/by_text/")
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_role("combobox", name="Field of line 1")).to_have_value("mrr")
    expect(page.get_by_label("Value of line 2")).to_have_value("customer")
    page.get_by_role("button", name="Edit as text").click()
    text.fill("mrr * 12 >= 1200")
    page.get_by_role("button", name="Edit in lines").click()
    expect(page.get_by_text("says more than lines can show")).to_be_visible()
    expect(text).to_have_value("mrr * 12 >= 1200")


def test_build_a_segment_of_people_by_keyboard(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/segments/new/?of=person")
    page.get_by_label("Name", exact=True).fill("Users of ours")
    field = page.get_by_role("combobox", name="Field of line 1")
    field.press_sequentially("role")
    page.get_by_role("option", name=re.compile("^role")).first.wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    page.get_by_role("combobox", name="Comparison of line 1").wait_for()
    value = page.get_by_role("combobox", name="Value of line 1")
    value.press_sequentially("us")
    page.get_by_role("option", name=re.compile("^user")).first.wait_for()
    value.press("Tab")
    expect(value).to_have_value("user")
    expect(page.locator("#fits code")).to_have_text("role = 'user'")
    page.get_by_role("button", name="Edit as text").click()
    text = page.get_by_role("combobox", name="Condition")
    text.press("End")
    text.press_sequentially(" and account.owner = 'M")
    page.get_by_role("option").first.wait_for()
    text.press("Tab")
    expect(page.locator("#fits h2")).to_have_text(re.compile(r"^\d+ of \d+ people"))
    page.get_by_role("button", name="Create the segment").click()
    page.wait_for_url("**/segments/users_of_ours/")
    name = page.locator("tbody .row-link").first.inner_text()
    page.get_by_role("link", name=f"Why {name} is in this segment").click()
    expect(page.locator(".crumb", has_text=name)).to_be_visible()
    why = page.locator("#segment-users_of_ours")
    expect(why.get_by_text("Role: user")).to_be_visible()
    expect(why.locator(".leaf-yes")).to_have_count(3)


def test_an_older_answer_does_not_take_the_place_of_newer_input(page: Page, served: Served) -> None:
    held: list[Route] = []

    def hold_two(route: Route) -> None:
        if len(held) < 2:
            held.append(route)
        else:
            route.continue_()

    page.goto(f"{served.url}/w/{served.workspace}/segments/new/?where=mrr+%3E+1")
    page.route("**/segments/preview/**", hold_two)
    page.get_by_role("button", name="Add a condition").click()
    value = page.get_by_label("Value of line 1")
    value.fill("100")
    page.wait_for_timeout(400)
    assert len(held) == 2, "the button asked, and then the field"
    button, typed = held
    typed.continue_()
    expect(page.locator("#fits code")).to_have_text("mrr > 100")
    button.continue_()
    expect(page.get_by_role("combobox", name="Field of line 2")).to_be_visible()
    expect(value).to_have_value("100")
    expect(page.locator("#fits code")).to_have_text("mrr > 100")


def test_why_an_account_is_in_leaf_by_leaf(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/segments/touch_high/")
    first = page.locator("tbody .row-link").first.inner_text()
    page.get_by_role("link", name=f"Why {first} is in this segment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(first)
    why = page.locator("#segment-touch_high")
    expect(why.get_by_text("Status: customer")).to_be_visible()
    expect(why.locator(".leaf-yes")).to_have_count(3)
    other = page.locator("#segment-touch_digital")
    other.locator("summary").click()
    expect(other.locator(".leaf-no").first).to_be_visible()
    assert chromium.violations(page) == []


def test_a_list_is_filtered_by_a_segment(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/segments/touch_high/")
    members = _number(
        page.get_by_role("link", name=re.compile("^Members")).inner_text().removeprefix("Members").strip()
    )
    page.goto(f"{served.url}/w/{served.workspace}/accounts/?scope=all&where=segment.touch_high")
    expect(page.get_by_text(re.compile(rf"^{members} accounts"))).to_be_visible()


def test_a_viewer_reads_everything_and_changes_nothing(viewer: Page, served: Served) -> None:
    base = f"{served.url}/w/{served.workspace}/segments/"
    viewer.goto(base)
    viewer.get_by_role("link", name="High touch").click()
    expect(viewer.locator("tbody .row-link").first).to_be_visible()
    viewer.get_by_role("link", name="Entered and left").click()
    expect(viewer.get_by_role("region", name="Entered and left")).to_be_visible()
    for name in ("Edit", "New segment", "Archive", "Snapshot", "Keep it", "Add"):
        assert viewer.get_by_role("button", name=name, exact=True).count() == 0
        assert viewer.get_by_role("link", name=name, exact=True).count() == 0
    for path in ("new/", "touch_high/edit/"):
        answer = viewer.goto(base + path)
        assert answer is not None
        assert answer.status == 403

"""A member chooses her digest and has one sent, which arrives."""

from playwright.sync_api import Page, expect

from tests import smtp
from tests.browser import chromium
from tests.browser.mails import deliver
from tests.browser.served import Served


def test_a_digest_is_chosen_and_one_is_sent_now(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/tasks/")
    page.locator(".sidebar .switcher > summary").last.click()
    page.locator(".sidebar").get_by_role("link", name="Your digest").click()
    page.wait_for_url("**/settings/digest/")
    page.get_by_label("How often").select_option("Daily")
    page.get_by_label("At", exact=True).select_option("07:00")
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.get_by_label("Friday").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    expect(page.get_by_label("Friday")).not_to_be_checked()
    assert chromium.violations(page) == []
    with smtp.receiving() as box:
        page.get_by_role("button", name="Send me one now").click()
        expect(page.get_by_text("It is on its way")).to_be_visible()
        deliver(served, box, "Your ")
        [got] = box.mails
    html = got.get_body(("html",))
    assert (got["To"], html is not None) == (served.email, True)
    assert f"/w/{served.workspace}/settings/digest/" in html.get_content()  # type: ignore[union-attr]

"""Links and files of an account: added on the page, found on the timeline, refused before they are sent."""

from playwright.sync_api import FilePayload, Page, expect

from tests.browser import chromium
from tests.browser.served import Served


def test_a_link_and_a_file_are_added_and_a_large_one_is_refused(page: Page, served: Served, account: str) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/files/")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Address").fill("https://drive.example.com/fallow")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="drive.example.com")).to_have_attribute("target", "_blank")
    large = FilePayload(name="large.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7" + b"0" * 11 * 1024**2)
    choose = page.get_by_label("Drop files here, or choose them")
    choose.set_input_files(large)
    expect(page.get_by_text("Larger than 10 MB: large.pdf")).to_be_visible()
    choose.set_input_files(FilePayload(name="plan.txt", mimeType="text/plain", buffer=b"One"))
    page.get_by_label("What they are").fill("The roll-out plan")
    page.get_by_role("button", name="Add files").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="plan.txt", exact=True).click()
    assert saved.value.suggested_filename == "plan.txt"
    assert chromium.violations(page) == []
    page.get_by_role("link", name="Open the entry with plan.txt").click()
    expect(page.get_by_label("Your text")).to_have_value("The roll-out plan")

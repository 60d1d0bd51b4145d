"""A board pack is made, read page by page with the keyboard, downloaded, and sent to who was put on the list."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, expect
from pypdf import PdfReader

from tests.browser import chromium
from tests.browser.served import Served, command


def test_a_pack_is_made_turned_page_by_page_and_downloaded(page: Page, served: Served, tmp_path: Path) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/executive/")
    page.get_by_role("link", name="Board packs").click()
    page.get_by_role("button", name="Make the pack").click()
    expect(page.get_by_role("heading", name="Waiting for the worker")).to_be_visible()
    assert chromium.violations(page) == []
    command(served.home, "worker", "--once")
    expect(page.get_by_role("link", name="Download PDF")).to_be_visible()
    sheet = page.get_by_role("region", name=re.compile(r"^Page \d+ of"))
    expect(sheet.get_by_role("img")).to_have_js_property("complete", True)
    assert sheet.get_by_role("img").evaluate("image => image.naturalWidth") > 1000
    pages = page.get_by_role("navigation", name="Pages", exact=True).get_by_role("link")
    count = pages.count()
    expect(sheet.get_by_role("img")).to_have_attribute("alt", re.compile("^Page 1: Cover"))
    page.keyboard.press("j")
    expect(sheet.get_by_role("img")).to_have_attribute("alt", re.compile("^Page 2: "))
    page.keyboard.press("j")
    expect(page.get_by_text(f"3 / {count}")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_text(f"2 / {count}")).to_be_visible()
    assert chromium.violations(page) == []
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download PDF").click()
    file = tmp_path / "pack.pdf"
    waiting.value.save_as(file)
    read = PdfReader(file)
    text = "\n".join(each.extract_text() for each in read.pages)
    assert len(read.pages) == count
    assert "What the figures mean, and where they come from" in text
    assert f"Page {count} of {count}" in text
    pages.last.click()
    expect(page.get_by_text(f"{count} / {count}")).to_be_visible()


def test_it_reads_on_a_phone_and_in_the_dark(browser: Browser, served: Served, signed_in: StorageState) -> None:
    address = f"{served.url}/w/{served.workspace}/executive/pack/{served.furniture['pack']['ready']}/"
    context = chromium.context(browser, state=signed_in, scheme="dark", width=390, height=844)
    phone = context.new_page()
    phone.goto(address)
    expect(phone.get_by_role("link", name="Next page")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert chromium.violations(phone) == []
    context.close()


def test_a_schedule_is_set_and_readers_put_on_the_list(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/w/{served.workspace}/executive/pack/")
    page.get_by_role("link", name="Schedule and readers").click()
    page.get_by_label("Make and mail the pack every month").check()
    page.get_by_label("On the").fill("3")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_text("The next is of")).to_be_visible()
    page.get_by_label("An address outside").fill("chair@fund.example")
    page.get_by_role("button", name="Allow address").click()
    expect(page.get_by_role("row", name=re.compile("Outside chair@fund.example"))).to_be_visible()
    assert chromium.violations(page) == []
    page.get_by_role("button", name="Take off chair@fund.example").click()
    expect(page.get_by_text("Taken off the list.")).to_be_visible()
    expect(page.get_by_text("chair@fund.example")).to_have_count(0)

"""Files through the browser, as somebody without a terminal brings them in."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.browser.served import Served, command

FILES = {
    "accounts.csv": "id,company,signed_up\nU1,Initech,2024-01-05\nU2,Hooli,2024-02-30\nU3,Globex,2024-03-01\n",
    "usage.csv": "customer,day,logins\nU1,2024-03-01,3\nU1,2024-03-02,4\nU9,2024-03-02,1\n",
}
MAP = """\
source: shop
files:
  accounts: {file: accounts.csv, accounts: {key: id, name: company, started_on: signed_up}}
  usage:
    file: usage.csv
    events: {key: [customer, day], account: customer, at: day, name: {constant: login}, count: logins}
"""


def test_upload_correct_the_map_look_and_import(page: Page, served: Served, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    page.goto(f"{served.url}/w/{served.other}/imports/")
    page.get_by_role("button", name="Upload files").click()
    page.get_by_label("Files", exact=True).set_input_files([tmp_path / name for name in FILES])
    page.get_by_role("button", name="Upload and guess the map").click()
    expect(page.get_by_text("Waiting for the worker")).to_be_visible()
    assert chromium.violations(page) == []

    command(served.home, "worker", "--once")
    field = page.get_by_label("Source map")
    expect(field).to_have_value(_holding("accounts.csv"), timeout=15_000)
    field.fill(MAP.replace("company", "firm", 1).replace("events:", "evnts:"))
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("alert").first).to_contain_text("did you mean 'events'?")
    assert chromium.violations(page) == []

    page.get_by_label("Source map").fill(MAP)
    page.get_by_role("button", name="Check").click()
    page.wait_for_load_state()
    command(served.home, "worker", "--once")
    expect(page.get_by_role("button", name="Import 4 rows")).to_be_visible(timeout=15_000)
    expect(page.locator("tr.fated-rejected")).to_have_count(2)
    assert chromium.violations(page) == []

    page.get_by_role("button", name="Import 4 rows").click()
    page.wait_for_load_state()
    command(served.home, "worker", "--once")
    page.get_by_role("link", name="What became of each row").click(timeout=15_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="As CSV, to correct").click()
    lines = download.value.path().read_text().splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["accounts.csv", "3", "signed_up"], ["usage.csv", "4", "customer"],
    ]  # fmt: skip


def _holding(text: str) -> "re.Pattern[str]":
    return re.compile(re.escape(text))

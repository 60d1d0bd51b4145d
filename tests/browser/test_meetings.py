"""A meeting from its plan to the timeline, by mail to a real server: invited, moved, held."""

import re
from typing import Any

from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests import smtp
from tests.browser import chromium
from tests.browser.mails import deliver
from tests.browser.served import Served


def _invited(served: Served, box: smtp.Mailbox) -> Any:
    """The event of the newest mail."""
    deliver(served, box, "Plans for spring")
    part = next(part for part in box.mails[-1].walk() if part.get_content_type() == "text/calendar")
    [event] = Calendar.from_ical(part.get_content()).walk("VEVENT")
    return event


def test_a_meeting_is_planned_moved_and_held(page: Page, served: Served, account: str) -> None:
    with smtp.receiving() as box:
        page.goto(f"{served.url}/w/{served.workspace}/accounts/{account}/meetings/new/")
        page.get_by_label("Title").fill("Plans for spring")
        page.get_by_role("combobox", name="With").fill("Jonas")
        page.get_by_role("option", name=re.compile("Jonas Weidmann")).click()
        page.get_by_label("Starts").fill("2031-03-20T10:00")
        page.get_by_label("Time zone").select_option("Europe/Berlin")
        expect(page.get_by_label("Agenda")).to_have_value(re.compile("## Topics"))
        page.get_by_role("button", name="Plan and invite").click()
        expect(page.get_by_text("Thu 20 Mar 2031, 10:00–11:00")).to_be_visible()
        assert chromium.violations(page) == []
        invited = _invited(served, box)
        assert sorted(str(mail["To"]) for mail in box.mails)[0].startswith("jonas")
        assert (len(box.mails), invited["SEQUENCE"], invited.start.isoformat()) == (2, 0, "2031-03-20T10:00:00+01:00")
        page.keyboard.press("e")
        page.get_by_label("Starts").fill("2031-04-03T10:00")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Thu 3 Apr 2031, 10:00–11:00")).to_be_visible()
        moved = _invited(served, box)
        assert (len(box.mails), moved["SEQUENCE"], moved["UID"]) == (4, 1, invited["UID"])
        assert moved.start.isoformat() == "2031-04-03T10:00:00+02:00"
        page.keyboard.press("w")
        page.get_by_label("What was said").fill("All agreed.\n- [ ] Send the plan")
        page.keyboard.press("ControlOrMeta+Enter")
        page.wait_for_url("**/timeline/**")
        expect(page.locator(".timeline-entry").first).to_contain_text("All agreed.")
        page.goto(f"{served.url}/w/{served.workspace}/meetings/held/")
        expect(page.get_by_role("link", name="Plans for spring").first).to_be_visible()

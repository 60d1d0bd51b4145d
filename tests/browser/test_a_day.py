"""A day of a CSM in one journey: the digest arrives, an alert is understood and answered, a call brings promises, the
account goes to a colleague, and she sees all of it."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, expect

from tests import smtp
from tests.browser import chromium
from tests.browser.served import ROOT, Served, environment_of

PASSWORD = "correct horse battery staple"
SET_UP = "import django; django.setup(); "
DELIVER = f"{SET_UP}from tenure.base import mail; mail.send()"
PREPARED = f"""
{SET_UP}
from tenure.alerts.models import Alert
from tenure.base import tenancy
from tenure.health.lists import account_ids
from tenure.ownership.models import Handoff
from tenure.tenants import queries
from tenure.tenants.models import User
emails = []
for name in {{names!r}}:
    user = User.objects.get(name=name)
    user.set_password({PASSWORD!r})
    user.save()
    emails.append(user.email)
workspace = queries.workspace({{slug!r}})
with tenancy.workspace(workspace.id):
    day = queries.as_of_day(workspace)
    giver = next(each for each in queries.members() if each.email == emails[0])
    going = set(Handoff.objects.values_list("account_id", flat=True))
    seen = Alert.objects.filter(account__isnull=False, state="open").order_by("-value_minor", "id")[0]
    for account in [each for each in account_ids(day, owners=[giver.id]) if each not in going][:3]:
        seen.pk, seen.account_id, seen.owner_id, seen.opened_on = None, account, giver.id, day
        seen.reason, seen.task = "Use fell after the change", None
        seen._state.adding = True
        seen.save()
print(*emails)
"""
GIVER, TAKER = "Sami Haddad", "Priya Raman"


def _ran(served: Served, code: str, **settings: str) -> str:
    environment = {**environment_of(served.home), **settings}
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, check=True, capture_output=True)
    return done.stdout.decode()


@contextmanager
def _window(browser: Browser, served: Served, email: str) -> Iterator[Page]:
    """A member's window, after she signed in: on her home."""
    context = chromium.context(browser, state=None)
    page = context.new_page()
    page.goto(f"{served.url}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/home/")
    yield page
    context.close()


def _digest(page: Page, served: Served, email: str) -> str:
    """She asks for her digest; its text as it arrived at a real mail server."""
    page.goto(f"{served.url}/w/{served.workspace}/settings/digest/")
    with smtp.receiving() as box:
        page.get_by_role("button", name="Send me one now").click()
        expect(page.locator("#toasts")).to_be_visible()
        _ran(served, DELIVER, TENURE_EMAIL_URL=box.url)
        found = next(mail for mail in box.mails if mail["To"] == email)
    assert found.get_body(("html",)) is not None
    text = found.get_body(("plain",))
    assert text is not None
    return str(text.get_content())


def test_from_the_digest_to_the_new_owners_home(browser: Browser, served: Served) -> None:
    sami, priya = _ran(served, PREPARED.format(names=(GIVER, TAKER), slug=served.workspace)).split()
    root = f"{served.url}/w/{served.workspace}/"
    with _window(browser, served, sami) as page, _window(browser, served, priya) as hers:
        told = _digest(page, served, sami)
        assert "NEW ALERTS" in told
        link = re.search(rf"/w/{served.workspace}/(inbox/\d+/)", told)
        assert link is not None
        page.goto(root + link[1])
        expect(page.locator("main")).to_contain_text("chance that its rule is right")

        page.keyboard.press("g")
        page.keyboard.press("n")
        page.wait_for_url("**/inbox/")
        assert chromium.violations(page) == []
        page.locator(".inbox-group a").first.click()
        page.wait_for_url(re.compile(r"/accounts/\d+/$"))
        account = page.url.rstrip("/").rsplit("/", 1)[1]
        name = page.locator("h1").inner_text()
        expect(page.locator("#why")).to_be_visible()

        page.goto(f"{root}accounts/{account}/timeline/")
        page.wait_for_load_state("networkidle")
        page.keyboard.press("c")
        lines = "They ask for two things.\npromise: A second site by 2031-01-15\npromise: A training by 2031-02-01"
        page.get_by_label("Write an entry").fill(lines)
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_url("**written=**")
        page.goto(f"{root}accounts/{account}/tasks/")
        for promise in ("A second site", "A training"):
            expect(page.get_by_role("link", name=promise).first).to_be_visible()

        _answer(page, root, "Snooze", lambda dialog: dialog.get_by_label("Why it can wait").fill("After the call"))
        expect(page.locator("#toasts")).to_contain_text("1 alert snoozed.")
        _answer(page, root, "Close", lambda dialog: dialog.get_by_label("Success").check())
        expect(page.locator("#toasts")).to_contain_text("1 alert closed.")

        page.goto(f"{root}accounts/{account}/timeline/")
        entry = page.locator(".timeline-entry", has_text="They ask for two things.").first
        entry.get_by_role("button", name=re.compile("Pin")).click()
        page.goto(f"{root}handoffs/new/?account={account}")
        page.get_by_label("Who takes over").select_option(label=TAKER)
        page.get_by_role("button", name="Propose the handoff").click()
        gate = page.get_by_role("complementary", name="Checklist")
        gate.locator("li", has_text="Intro meeting planned").get_by_role("button").click()

        hers.reload()
        expect(hers.locator("main")).to_contain_text("1 account waits for you to take over")
        assert chromium.violations(hers) == []
        hers.goto(page.url)
        expect(hers.locator("main")).to_contain_text("They ask for two things.")
        gate = hers.get_by_role("complementary", name="Checklist")
        gate.get_by_role("button", name="Accept the account").click()
        promises = hers.locator("section > .handoff-list > li")
        for n in range(promises.count()):
            promises.nth(n).get_by_role("button").click()
            expect(promises.nth(n).get_by_text("Read", exact=True)).to_be_visible()
        assert chromium.violations(hers) == []
        gate.get_by_role("button", name="Complete the handoff").click()
        expect(hers.get_by_text(f"{TAKER} completed it on")).to_be_visible()

        hers.keyboard.press("g")
        hers.keyboard.press("g")
        hers.wait_for_url("**/home/")
        owed = hers.get_by_role("region", name=re.compile("Open promises"))
        expect(owed.get_by_role("link", name="A second site")).to_be_visible()
        expect(owed).to_contain_text(name)
        expect(owed.get_by_role("link", name="A training")).to_be_visible()
        hers.goto(f"{root}accounts/{account}/")
        expect(hers.locator(".account-who")).to_contain_text(TAKER)
        expect(hers.locator("main")).to_contain_text("They ask for two things.")


def _answer(page: Page, root: str, verb: str, say: Callable[[Locator], None]) -> None:
    """Answer the first alert of the queue."""
    page.goto(f"{root}inbox/")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name=re.compile(f"^{verb}: ")).first.click()
    dialog = page.locator(f"dialog#{verb.lower()}")
    say(dialog)
    dialog.get_by_role("button", name=f"{verb} 1 alert").click()

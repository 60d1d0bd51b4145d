"""A signed-in user, who makes a key and waits until what was sent is on the pages."""

import re
import time
from dataclasses import dataclass

from playwright.sync_api import Page
from sdks.company import Company

ACCOUNT_S, SCORE_S = 10.0, 60.0
PATIENCE_S = 120.0
LOOK_S = 0.2
LISTED = """() => [...document.querySelectorAll("tr")].filter(row => row.querySelector("a.row-link")).map(row => [
  row.querySelector("a.row-link").innerText, row.querySelector("a.row-link").href,
  row.querySelector(".score-number").innerText])"""
"""Of each account of the list: its name, its page, its score."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Seconds from the last flush until the accounts were on the pages with their people, and until they had scores;
    None when that took longer than `PATIENCE_S`."""

    account_s: float | None = None
    score_s: float | None = None

    @property
    def in_time(self) -> bool:
        """Whether both came as soon as is wanted."""
        account_s, score_s = self.account_s, self.score_s
        return account_s is not None and score_s is not None and account_s <= ACCOUNT_S and score_s <= SCORE_S


@dataclass(frozen=True, slots=True)
class Viewer:
    """A user who looks at the pages of her workspace, which is at `url`."""

    page: Page
    url: str

    def sign_in(self, *, email: str, password: str) -> None:
        """Fill in the sign-in page, which any other leads to."""
        self.page.goto(self.url)
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(password)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Sign in", exact=True).click()

    def wait(self, told: Company, flushed: float) -> Seen:
        """Look again and again until everything is there."""
        account_s = score_s = None
        while score_s is None and time.monotonic() - flushed < PATIENCE_S:
            time.sleep(LOOK_S)
            listed = self._accounts()
            if not set(told.accounts.values()) <= set(listed):
                continue
            if account_s is None and self._people(listed, told):
                account_s = time.monotonic() - flushed
            if account_s is not None and all(listed[name][1].isdigit() for name in told.accounts.values()):
                score_s = time.monotonic() - flushed
        return Seen(account_s, score_s)

    def _accounts(self) -> dict[str, tuple[str, str]]:
        """The accounts of the list: page and score by name."""
        self.page.goto(f"{self.url}accounts/", wait_until="domcontentloaded")
        return {name: (href, score) for name, href, score in self.page.evaluate(LISTED)}

    def _people(self, listed: dict[str, tuple[str, str]], told: Company) -> bool:
        """Whether each page of people has all of its own, with their addresses where the key vouches for them."""
        for account, name in told.accounts.items():
            self.page.goto(f"{listed[name][0]}people/", wait_until="domcontentloaded")
            text = self.page.inner_text("main")
            people = [each for each in told.people if each.account == account]
            if not all(each.name in text and (told.public or each.email in text) for each in people):
                return False
        return True

    def make_browser_key(self, name: str, origin: str) -> str:
        """A browser key for one site, made on the page of keys."""
        self.page.goto(f"{self.url}settings/keys/")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Kind").select_option("browser")
        self.page.get_by_label("Origins").fill(origin)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Make the key").click()
        found = re.search(r"wk_[\w-]+", self.page.inner_text("main .stack-s"))
        assert found is not None, "The page of keys shows no key."
        return found[0]

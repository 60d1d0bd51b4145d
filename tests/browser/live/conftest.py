"""A served house with a little data, for journeys that change things: each newcomer gets a workspace of her own."""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from tests.browser.served import TENURE, environment_of, listening

PASSWORD = "correct horse battery"
PHONE = (390, 780)
DESK = (1440, 900)
ROWS = 60
MAP = """
source: crm
files:
  accounts:
    file: accounts.csv
    accounts: {key: id, name: name, started_on: since}
"""


@dataclass(frozen=True)
class Owner:
    """Who founded a workspace."""

    slug: str
    email: str


@dataclass
class House:
    """A home folder that is served at `url`, and what its commands do."""

    home: Path
    url: str
    states: dict[str, StorageState] = field(default_factory=dict)
    founded: int = 0

    def tenure(self, *arguments: str) -> str:
        """Run a command; what it prints."""
        done = subprocess.run(
            [*TENURE, *arguments], env=environment_of(self.home), capture_output=True, text=True, check=False
        )
        assert done.returncode in (0, 3), done.stderr
        return done.stdout

    def newcomer(self) -> Owner:
        """The owner of a new workspace."""
        self.founded += 1
        owner = Owner(f"house-{self.founded}", f"ana@house-{self.founded}.example")
        self.tenure("init", "--workspace", owner.slug, "--email", owner.email, "--password", PASSWORD, "--json")
        return owner

    def imported(self, owner: Owner) -> int:
        """Import a file whose lines are all wrong but one; the id of the import."""
        files = self.home / "files"
        files.mkdir(exist_ok=True)
        wrong = "".join(f"A-{n},Account {n},2024-13-40\n" for n in range(ROWS))
        (files / "accounts.csv").write_text(f"id,name,since\nA,Northwind,2024-01-31\n{wrong}")
        (self.home / "map.yaml").write_text(MAP)
        said = self.tenure(
            "import", str(files), "--map", str(self.home / "map.yaml"), "--workspace", owner.slug, "--json"
        )
        return int(json.loads(said)["run"])


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """The served house."""
    with tempfile.TemporaryDirectory(prefix="tenure-house-") as home:
        made = House(Path(home), "")
        made.newcomer()
        with listening(made.home) as url:
            # A passkey belongs to a name, not to a number.
            made.url = url.replace("127.0.0.1", "localhost")
            yield made


@pytest.fixture(scope="session")
def ana(house: House) -> Owner:
    """An owner whose workspace has an import; her password stays what it is."""
    owner = Owner("house-1", "ana@house-1.example")
    house.imported(owner)
    return owner


@pytest.fixture
def newcomer(house: House) -> Owner:
    """An owner for one test, who may change whatever she likes."""
    return house.newcomer()


@dataclass
class Visit:
    """A browser window of somebody; `complaints` are what the console said, policy violations among it."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to an address of the server and wait for its scripts."""
        self.page.goto(self.origin + path)
        self.page.wait_for_load_state("networkidle")
        return self.page


def sign_in(page: Page, owner: Owner, password: str = PASSWORD) -> None:
    """Fill in the sign-in page."""
    page.get_by_label("E-mail").fill(owner.email)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in", exact=True).click()


def _state(browser: Browser, house: House, owner: Owner) -> StorageState:
    if owner.email not in house.states:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{house.url}/accounts/login/")
        sign_in(page, owner)
        page.wait_for_url("**/w/**")
        house.states[owner.email] = context.storage_state()
        context.close()
    return house.states[owner.email]


type Visits = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, house: House) -> Iterator[Visits]:
    """Opens windows: `visit(ana, size=PHONE, theme="dark")`; nobody is a guest."""
    contexts: list[BrowserContext] = []

    def opened(
        owner: Owner | None = None, *, size: tuple[int, int] = DESK, theme: str = "", script: bool = True
    ) -> Visit:
        context = browser.new_context(
            storage_state=_state(browser, house, owner) if owner else None,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        if theme:
            context.add_cookies([{"name": "theme", "value": theme, "url": house.url}])
        page = context.new_page()
        made = Visit(page, house.url)
        page.on("console", lambda said: made.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: made.complaints.append(str(error)))
        return made

    yield opened
    for context in contexts:
        context.close()

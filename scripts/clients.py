"""`scripts/clients.py [--keep]`: do the real SDKs of Segment and RudderStack work with Tenure, and how fast?

The newest SDKs are fetched from PyPI and npm. A server with its worker runs as users start it, in a home of its own in
a temporary folder. Each SDK identifies people, groups them into an account, tracks what they did in twelve weeks and
just now, and flushes; those of browsers run in Chromium, on a page of another origin, with a browser key for that
origin. A signed-in user looks at the pages until the account is there with its people, and until it has a score. At
the end the log is compared with what was sent.

The first of them fills the workspace with several accounts: from one alone no scorecard can be proposed.

Exit code 1 when an event is missing, doubled or wrong, when an account takes longer than 10 s, or a score longer
than 60 s; the folder is kept then.
"""

import argparse
import functools
import http.server
import json
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from debian import say  # noqa: E402
from playwright.sync_api import Browser  # noqa: E402
from sdks.checking import Sent, held, wrongs  # noqa: E402
from sdks.company import company  # noqa: E402
from sdks.installed import CLIENTS, Client, Installed, install  # noqa: E402
from sdks.sending import Place  # noqa: E402
from sdks.viewing import Seen, Viewer  # noqa: E402

from tenure.base import clock  # noqa: E402
from tests.browser import chromium, served  # noqa: E402

WORKSPACE, EMAIL, PASSWORD = "clients", "ana@vendor.example", "correct horse battery"
SERVER_KEY, BROWSER_KEY = "first-server-key", "shop"
FIRST_ACCOUNTS = 8
WRONGS = 20


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one client."""

    client: Client
    sent: Sent
    seen: Seen


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--keep", action="store_true", help="Keep the folder.")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tenure-clients-"))
    say(f"Fetching the SDKs into {folder}")
    installed = install(folder)
    (folder / "home").mkdir()
    sound = _tell(folder / "home", installed, _sent(folder / "home", installed))
    if sound and not given.keep:
        shutil.rmtree(folder)
    else:
        print(f"Kept: {folder}")
    return 0 if sound else 1


def _sent(home: Path, installed: Installed) -> list[Result]:
    """Let every client send, one after another, and look how long it takes."""
    made = json.loads(
        served.command(home, "init", "--workspace", WORKSPACE, "--email", EMAIL, "--password", PASSWORD, "--json")
    )
    with served.listening(home, worker=True) as url, _site(installed.site) as site, chromium.launched() as browser:
        viewer = Viewer(browser.new_page(), f"{url}/w/{WORKSPACE}/")
        viewer.sign_in(email=EMAIL, password=PASSWORD)
        place = Place(url, made["secret_key"], viewer.make_browser_key(BROWSER_KEY, site), site, installed)
        turns = [(CLIENTS[0], FIRST_ACCOUNTS), *((client, 1) for client in CLIENTS)]
        return [_one(client, accounts, place, viewer, browser) for client, accounts in turns]


def _one(client: Client, accounts: int, place: Place, viewer: Viewer, browser: Browser) -> Result:
    begun = clock.now()
    slug = client.slug if accounts == 1 else "company"
    told = company(slug, accounts=accounts, public=client.kind == "browser", now=begun)
    flushed = place.send(client, told, browser)
    sent = Sent(told, BROWSER_KEY if told.public else SERVER_KEY, begun, clock.now())
    result = Result(client, sent, viewer.wait(told, flushed))
    say(f"{client.package}: {_shown(result.seen.account_s)} to the account, {_shown(result.seen.score_s)} to the score")
    return result


@contextmanager
def _site(folder: Path) -> Iterator[str]:
    """Serve a folder on a free loopback port: another origin than Tenure's."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def _tell(home: Path, installed: Installed, results: list[Result]) -> bool:
    """Print what came of it; whether everything is as it was sent, and in time."""
    os.environ.update(served.environment_of(home))
    import django

    django.setup()
    found = held(WORKSPACE)
    print(f"{'client':<30}{'version':>9}{'accounts':>10}{'sent':>7}{'stored':>8}{'account':>10}{'score':>10}")
    for each in results:
        told = each.sent.told
        numbers = f"{len(told.accounts):>10}{len(told.events):>7,}{found.of(each.sent):>8,}"
        times = "".join(f"{_shown(s):>10}" for s in (each.seen.account_s, each.seen.score_s))
        print(f"{each.client.package:<30}{installed.versions[each.client.package]:>9}{numbers}{times}")
    wrong = list(wrongs(found, [each.sent for each in results]))
    for line in wrong[:WRONGS]:
        print(line)
    if len(wrong) > WRONGS:
        print(f"… and {len(wrong) - WRONGS} more")
    return not wrong and all(each.seen.in_time for each in results)


def _shown(seconds: float | None) -> str:
    return f"{seconds:.1f} s" if seconds is not None else "never"


if __name__ == "__main__":
    sys.exit(main())

"""Making the calls with an SDK, on a server or in a page."""

import json
import subprocess
import time
from dataclasses import asdict, dataclass

from playwright.sync_api import Browser, Response
from sdks.company import Company
from sdks.installed import Client, Installed

PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Place:
    """What the clients are given: where to send, with which key, and where they are installed."""

    url: str
    server_key: str
    browser_key: str
    site: str
    installed: Installed

    def send(self, client: Client, told: Company, browser: Browser) -> float:
        """Make the calls; the moment of the last flush."""
        if client.kind == "browser":
            return self._in_page(client, told, browser)
        calls = self.installed.folder / f"{client.slug}.json"
        calls.write_text(json.dumps([asdict(each) for each in told.calls]))
        line = self.installed.command(client, self.url, self.server_key, calls)
        done = subprocess.run(line, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        if done.returncode or done.stderr:
            raise RuntimeError(f"{client.package} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return time.monotonic()

    def _in_page(self, client: Client, told: Company, browser: Browser) -> float:
        """Make the calls in a page. Browsers flush by themselves: the last answer is the moment."""
        context = browser.new_context()
        page = context.new_page()
        answered: list[Response] = []
        elsewhere: list[str] = []
        page.on("response", lambda answer: answered.append(answer) if answer.request.method == "POST" else None)
        ours = self.url, self.site
        page.on("request", lambda asked: None if asked.url.startswith(ours) else elsewhere.append(asked.url))
        page.goto(self.site)
        calls = [asdict(each) for each in told.calls]
        page.evaluate("told => send(...told)", [client.package, self.url, self.browser_key, calls])
        begun = time.monotonic()
        while len(answered) < len(calls) and time.monotonic() - begun < PATIENCE_S:
            page.wait_for_timeout(50)
        flushed = time.monotonic()
        bad = [f"{each.status} {each.url}" for each in answered if each.status != 200]
        context.close()
        if bad or elsewhere or len(answered) < len(calls):
            raise RuntimeError(
                f"{client.package}: {len(answered)} of {len(calls)} answered, {bad}, asked elsewhere: {elsewhere}"
            )
        return flushed

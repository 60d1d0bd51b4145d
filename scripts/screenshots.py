"""`make screenshots`: every page of the demo company in three widths, light and dark, to docs/screenshots.

The demo is loaded into a folder of its own, with a fixed as-of, so that pictures change only with the product.
With names, only those pages: `scripts/screenshots.py accounts account`.
"""

import base64
import shutil
import sys
import time
from pathlib import Path
from typing import get_args

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from debian import install, say  # noqa: E402
from playwright.sync_api import Page as Window  # noqa: E402

from tests.browser import chromium, pages, served  # noqa: E402

TARGET = ROOT / "docs" / "screenshots"
SIZES = ((1440, 900), (1024, 768), (390, 844))
AS_OF = "2026-06-30"
# These stand in the README, where every viewer shows PNG; the others are WebP without loss, half the size.
IN_README = {
    f"{name}-1440-light" for name in ("accounts", "account", "scorecard-record", "scorecard-measure", "segment-new")
}


def main(names: list[str]) -> int:
    """Take the pictures; with names, only of those pages."""
    unknown = set(names) - {page.name for page in (*pages.SIGNED_OUT, *pages.PAGES)}
    if unknown:
        say(f"No page is called {', '.join(sorted(unknown))}.")
        return 2
    if not (shutil.which("chromium") or shutil.which("chromium-browser")) and not install(
        ["chromium", "fonts-liberation"], why="Pictures need a real browser"
    ):
        return 1
    home = ROOT / "var" / "screenshots"
    home.mkdir(parents=True, exist_ok=True)
    TARGET.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    say("Loading the demo company: a minute or two, seconds when it is there")
    with served.serving(home, "--as-of", AS_OF) as running:
        taken = _all(running, set(names))
    say(f"{taken} pictures in {TARGET.relative_to(ROOT)}, {time.monotonic() - begun:.0f} s")
    return 0


def _all(running: served.Served, names: set[str]) -> int:
    """Every wanted page in every width and scheme; how many pictures that made."""
    taken = 0
    with chromium.launched() as browser:
        state = chromium.sign_in(browser, running)
        context = chromium.context(browser, state=state)
        account = chromium.first_account(context.new_page(), running)
        context.close()
        for scheme in get_args(chromium.Scheme.__value__):
            for width, height in SIZES:
                for group, signed_in in ((pages.SIGNED_OUT, None), (pages.PAGES, state)):
                    context = chromium.context(browser, state=signed_in, scheme=scheme, width=width, height=height)
                    window = context.new_page()
                    for page in group:
                        if names and page.name not in names:
                            continue
                        window.goto(running.address(page.path, account))
                        window.wait_for_load_state("networkidle")
                        _save(window, f"{page.name}-{width}-{scheme}")
                        taken += 1
                    context.close()
                say(f"  {width} px, {scheme}")
    return taken


def _save(window: Window, name: str) -> None:
    if name in IN_README:
        window.screenshot(path=TARGET / f"{name}.png")
        return
    protocol = window.context.new_cdp_session(window)
    answer = protocol.send("Page.captureScreenshot", {"format": "webp", "quality": 100})
    (TARGET / f"{name}.webp").write_bytes(base64.b64decode(answer["data"]))
    protocol.detach()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make screenshots`: every page of the demo company in three widths, light and dark, to docs/screenshots.

The demo is loaded into a folder of its own, with a fixed as-of, so that pictures change only with the product.
"""

import sys
from pathlib import Path
from typing import get_args

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import chromium, pages, served  # noqa: E402

TARGET = ROOT / "docs" / "screenshots"
SIZES = ((1440, 900), (1024, 768), (390, 844))
AS_OF = "2026-06-30"


def main(names: list[str]) -> int:
    """Take the pictures; with names, only of those pages."""
    home = ROOT / "var" / "screenshots"
    home.mkdir(parents=True, exist_ok=True)
    TARGET.mkdir(parents=True, exist_ok=True)
    wanted = [page for page in (*pages.SIGNED_OUT, *pages.PAGES) if not names or page.name in names]
    with served.serving(home, "--as-of", AS_OF) as running, chromium.launched() as browser:
        state = chromium.sign_in(browser, running)
        context = chromium.context(browser, state=state)
        account = chromium.first_account(context.new_page(), running)
        context.close()
        for scheme in get_args(chromium.Scheme.__value__):
            for width, height in SIZES:
                for page in wanted:
                    signed_in = None if page in pages.SIGNED_OUT else state
                    context = chromium.context(browser, state=signed_in, scheme=scheme, width=width, height=height)
                    window = context.new_page()
                    window.goto(running.url + page.path.format(w=running.workspace, account=account))
                    window.wait_for_load_state("networkidle")
                    picture = TARGET / f"{page.name}-{width}-{scheme}.png"
                    window.screenshot(path=picture)
                    context.close()
                    print(picture.relative_to(ROOT), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

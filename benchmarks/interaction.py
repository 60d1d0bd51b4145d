"""How long after a key or a click the page shows something new, in Chromium: interaction to next paint.

The browser itself tells it, by the Event Timing API: from the event to the first frame painted after its handlers. An
interaction that took less than the least it tells counts as that. https://web.dev/articles/inp
"""

from collections.abc import Callable
from statistics import median

from playwright.sync_api import Page

from benchmarks.machine import Line, Report
from tests.browser import chromium

INP_MS, TOLD_MS, EACH, SETTLED_MS = 100.0, 16.0, 9, 350

_WATCH = """
window.interactions = [];
new PerformanceObserver(list => window.interactions.push(
  ...list.getEntries().filter(entry => entry.interactionId).map(entry => entry.duration)
)).observe({type: "event", durationThreshold: 16, buffered: true});
"""

type Act = Callable[[Page], object]


def keys(*pressed: str) -> Act:
    """Press keys one after another."""

    def act(page: Page) -> None:
        for key in pressed:
            page.keyboard.press(key)

    return act


def _actions(base: str, account: int) -> dict[str, tuple[str, Act, Act]]:
    """By name: the page, what is done, and what takes it back."""
    accounts, one = f"{base}/accounts/?scope=all", f"{base}/accounts/{account}/"
    nothing = keys()
    return {
        "the next row": (accounts, keys("j"), nothing),
        "a row selected": (accounts, keys("j", "x"), keys("Escape")),
        "the palette": (accounts, keys("Control+k"), keys("Escape")),
        "a letter in the palette": (accounts, keys("Control+k", "c"), keys("Escape")),
        "a letter in the filter": (accounts, keys("/", "m"), keys("Escape")),
        "the keys of the page": (accounts, keys("?"), keys("Escape")),
        "another order": (accounts, lambda page: page.get_by_role("link", name="Score", exact=True).click(), nothing),
        "another tab": (one, keys("2"), nothing),
        "a letter in a note": (f"{one}timeline/", lambda page: page.get_by_label("Note").first.press("a"), nothing),
    }


def interactions(report: Report, url: str, base: str, cookie: str, account: int) -> None:
    """Each of these so many times in a window of 1440 × 900; the worst of the medians counts."""
    name, value = cookie.split("=", 1)
    with chromium.launched() as browser:
        context = chromium.context(browser, state=None)
        context.add_cookies([{"name": name, "value": value, "url": url}])
        for what, (path, act, back) in _actions(base, account).items():
            page, times = context.new_page(), list[float]()
            page.add_init_script(_WATCH)
            page.goto(f"{url}{path}")
            page.wait_for_load_state("networkidle")
            for _ in range(EACH):
                page.evaluate("window.interactions.length = 0")
                act(page)
                page.wait_for_timeout(SETTLED_MS)
                times.append(max(page.evaluate("window.interactions"), default=TOLD_MS))
                back(page)
                page.wait_for_timeout(SETTLED_MS)
                if page.url != f"{url}{path}":
                    page.goto(f"{url}{path}")
                    page.wait_for_load_state("networkidle")
            report.add(
                Line(f"to next paint: {what}", median(times), "ms", target=INP_MS, note=f"at most {max(times):.0f}")
            )
            page.close()
        context.close()

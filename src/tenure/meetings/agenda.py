"""What a meeting begins with: what was promised, and what happened since the last contact. Markdown, to be changed."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tenure.base import clock
from tenure.customers.queries import members_of
from tenure.events import queries as events
from tenure.health import lists
from tenure.health import queries as health
from tenure.meetings.contracts import KINDS
from tenure.tasks import queries as tasks
from tenure.tenants.queries import here
from tenure.work import queries as work

USUAL_DAYS = 30
"""How far back one looks where nobody has talked with them yet."""
MOST = 5
AHEAD = timedelta(days=180)
EMPTY = "## Topics\n"


def filled(account: int, as_of: date) -> str:
    """An agenda for the next meeting with the account, by what is known on the day."""
    last = work.last_contacts([account], kinds=KINDS, until=clock.now()).get(account)
    spoke = last.astimezone(ZoneInfo(here().timezone)).date() if last else None
    since = min(spoke, as_of) if spoke else as_of - timedelta(days=USUAL_DAYS)
    head = f"Since {_day(since)}" if spoke else f"In the last {USUAL_DAYS} days"
    parts = [
        ("What we promised", _promises(account, as_of)),
        (head, [*_score(account, since, as_of), *_tickets(account, since, as_of)]),
        ("Ahead", _renewal(account, as_of)),
    ]
    told = [f"## {title}\n\n" + "".join(f"- {line}\n" for line in lines) for title, lines in parts if lines]
    return "\n".join([*told, EMPTY])


def _promises(account: int, as_of: date) -> list[str]:
    found = []
    for each in tasks.promises_of_account(account, limit=2 * MOST):
        due = f", {'was due' if each.due < as_of else 'due'} {_day(each.due)}" if each.due else ""
        found.append(f"{_plain(each.title)}{due}{f' ({each.assignee})' if each.assignee else ''}")
    return found


def _score(account: int, since: date, as_of: date) -> list[str]:
    """How the score moved since the first day from then on that has one, and what moved it most."""
    days = [point.day for point in health.history(account, first=since, last=as_of) if point.score is not None]
    moved = health.changes(account, days[0], as_of, computed=False) if days and days[0] < as_of else None
    shown = sorted((each for each in moved.reasons if each.shown), key=lambda r: -abs(r.effect)) if moved else []
    if moved is None or not shown:
        return []
    write = health.score_writer()
    word = "rose" if moved.now > moved.then else "fell"
    begun = f" since {_day(days[0])}" if days[0] != since else ""
    return [
        f"The score {word} from {write(moved.then)} to {write(moved.now)}{begun}",
        *(f"{_reason(each.words, moved.days)} ({each.shown:+d})" for each in shown[:MOST]),
    ]


def _reason(words: str, days: Sequence[date]) -> str:
    """A reason without its days, which stand above it."""
    for day in days:
        words = words.replace(f" ({_day(day)})", "")
    return _plain(words[:1].upper() + words[1:])


def _tickets(account: int, since: date, as_of: date) -> list[str]:
    lake = events.open_lake(here().slug)
    desk = events.desk(events.engine(), lake, members_of("account", account) or (account,), as_of=as_of)
    opened = [f"Ticket opened: {_plain(each.subject or each.id)}" for each in desk.open if each.opened_on > since]
    closed = [
        f"Ticket closed: {_plain(each.subject or each.id)}"
        for each in desk.closed
        if each.closed_on and each.closed_on > since
    ]
    older = sum(each.opened_on <= since for each in desk.open)
    still = [f"{older} {'ticket is' if older == 1 else 'tickets are'} open since before"] if older else []
    return [*opened[:MOST], *closed[:MOST], *still]


def _renewal(account: int, as_of: date) -> list[str]:
    try:
        renewal = lists.facts_of_account(account, as_of).get("renewal_on")
    except health.NoScores:
        return []
    if not isinstance(renewal, date) or not as_of <= renewal <= as_of + AHEAD:
        return []
    days = (renewal - as_of).days
    return [f"The contract renews on {_day(renewal)}, {'today' if not days else f'in {days} days'}"]


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _plain(text: str) -> str:
    """One line without the signs that Markdown would read."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#" else sign for sign in " ".join(text.split()))

"""The pages a team has open all day, over HTTP on PostgreSQL: one after another, in a browser, and by fifty users at
once.

A hundred thousand accounts with a million people and five million entries of the timeline. People and entries are
written past the product's actions, with the same places, words and marks.
"""

import itertools
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from django.db import connection
from django.test import Client

from benchmarks.interaction import interactions
from benchmarks.load import PORT, resident_mb, serving
from benchmarks.machine import Line, Report, percentile
from benchmarks.pages import ready
from benchmarks.timeline import word
from benchmarks.world import EMAIL, Size, opened
from tenure.base import tenancy
from tenure.customers.models import Person, PersonAccount
from tenure.tenants.models import Member, User
from tenure.work import index
from tenure.work.contracts import Flow, Kind
from tenure.work.models import Entry
from tenure.work.rules import place_of

PEOPLE, ENTRIES = 1_000_000, 5_000_000
USERS, THINK_S, SECONDS = 50, 5.0, 90.0
MEDIAN_MS, P95_MS, PALETTE_MS, SEARCH_MS = 150.0, 300.0, 50.0, 200.0
WORDS = 25
WRITTEN = 50_000
FIRST, DAYS = datetime(2024, 1, 1, tzinfo=UTC), 540

type Visit = Callable[[random.Random], str]


def run(home: Path, *, accounts: int, events: int, months: int, repeat: int = 3) -> Report:
    """What is missing of people and entries is written first."""
    if connection.vendor != "postgresql":
        raise SystemExit("This is measured on PostgreSQL: tenure bench workspace --postgres")
    world = opened(home, Size(accounts, events, months))
    with tenancy.workspace(world.view.id):
        _fill_people(PEOPLE - Person.objects.count(), accounts)
        _fill_entries(ENTRIES - Entry.objects.count(), accounts)
        held = f"{accounts:,} accounts, {Person.objects.count():,} people, {Entry.objects.count():,} entries"
        people = list(Person.objects.order_by("id").values_list("id", flat=True)[:accounts])
        entries = list(Entry.objects.order_by("id").values_list("account_id", "id")[:accounts])
    ready(world)
    report = Report(f"The workspace on {connection.vendor}: {held}")
    client = Client()
    client.force_login(User.objects.get(email=EMAIL))
    cookie = f"tenure_session={client.cookies['tenure_session'].value}"
    visits = _visits(f"/w/{world.view.slug}", accounts, people, entries)
    connection.close()
    with serving(home) as process:
        for name, (visit, most) in visits.items():
            times = _times(cookie, visit, 13 * repeat + 1)[1:]
            report.add(Line(name, percentile(times, 0.5), "ms", target=most))
            report.add(Line(f"{name}, 95th percentile", percentile(times, 0.95), "ms", target=max(P95_MS, most)))
        interactions(report, f"http://127.0.0.1:{PORT}", f"/w/{world.view.slug}", cookie, accounts // 2)
        _crowd(report, cookie, [visit for visit, _ in visits.values()])
        report.add(Line("memory of the server", resident_mb(process.pid)[0], "MB"))
    return report


def _visits(
    base: str, accounts: int, people: Sequence[int], entries: Sequence[tuple[int, int]]
) -> dict[str, tuple[Visit, float]]:
    """What is asked, by name, with the most milliseconds at the median."""

    def account(draw: random.Random) -> str:
        return f"{base}/accounts/{draw.randint(1, accounts)}/"

    def entry(draw: random.Random) -> str:
        of, number = draw.choice(entries)
        return f"{base}/accounts/{of}/entries/{number}/"

    def listed(draw: random.Random) -> str:
        where = quote(f"events_28d > {draw.randint(1, 40)} and status = 'customer'")
        return f"{base}/accounts/?scope=all&where={where}"

    pages: dict[str, Visit] = {
        "list": lambda _: f"{base}/accounts/?scope=all",
        "list, filtered": listed,
        "people": lambda _: f"{base}/people/",
        "account": account,
        "account's timeline": lambda draw: f"{account(draw)}timeline/",
        "account's usage": lambda draw: f"{account(draw)}usage/",
        "account's people": lambda draw: f"{account(draw)}people/",
        "account's money": lambda draw: f"{account(draw)}money/",
        "person": lambda draw: f"{base}/people/{draw.choice(people)}/",
        "entry": entry,
        "timeline of all": lambda _: f"{base}/timeline/",
        "segments": lambda _: f"{base}/segments/",
    }
    found = {name: (visit, MEDIAN_MS) for name, visit in pages.items()}
    found["search, a common word"] = (lambda draw: f"{base}/timeline/?q={word(draw.randint(0, 30))}", SEARCH_MS)
    found["search, two words"] = (
        lambda draw: f"{base}/timeline/?q={word(draw.randint(0, 30))}+{word(draw.randint(30, 3000))}",
        SEARCH_MS,
    )
    found["palette"] = (lambda draw: f"{base}/palette/?q=Company+{draw.randint(1, accounts)}", PALETTE_MS)
    found["palette, a beginning"] = (
        lambda draw: f"{base}/palette/?q={draw.choice(['com', 'co', 'person 1'])}".replace(" ", "+"),
        PALETTE_MS,
    )
    return found


def _times(cookie: str, visit: Visit, count: int, seed: int = 7) -> list[float]:
    """Milliseconds of each of so many visits, one after another on one connection."""
    draw, http = random.Random(seed), HTTPConnection("127.0.0.1", PORT, timeout=60)
    times = [_ask(http, cookie, visit(draw)) for _ in range(count)]
    http.close()
    return times


def _ask(http: HTTPConnection, cookie: str, path: str) -> float:
    started = time.perf_counter()
    http.request("GET", path, headers={"Cookie": cookie})
    answer = http.getresponse()
    text = answer.read()
    assert answer.status == 200, (path, answer.status, text[:300])
    return (time.perf_counter() - started) * 1_000


def _crowd(report: Report, cookie: str, visits: Sequence[Visit]) -> None:
    """Fifty who read a page and think: five seconds on average, of an exponential distribution."""
    until = time.monotonic() + SECONDS

    def user(number: int) -> list[float]:
        draw, times = random.Random(number), list[float]()
        time.sleep(draw.uniform(0, THINK_S))
        while time.monotonic() < until:
            http = HTTPConnection("127.0.0.1", PORT, timeout=60)  # by then the server has closed the last
            times.append(_ask(http, cookie, draw.choice(visits)(draw)))
            http.close()
            time.sleep(draw.expovariate(1 / THINK_S))
        return times

    with ThreadPoolExecutor(USERS) as crowd:
        times = list(itertools.chain.from_iterable(crowd.map(user, range(USERS))))
    note = f"{len(times):,} pages in {SECONDS:.0f} s"
    report.add(Line(f"{USERS} users, any page", percentile(times, 0.5), "ms", target=MEDIAN_MS, note=note))
    report.add(Line(f"{USERS} users, any page, 95th percentile", percentile(times, 0.95), "ms", target=P95_MS))


def _fill_people(count: int, accounts: int) -> None:
    """More people, spread over all accounts."""
    if count <= 0:
        return
    newest = Person.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for chunk in itertools.batched(range(newest + 1, newest + 1 + count), 10_000):
        Person.objects.bulk_create(
            [
                Person(pk=n, external_id=f"P{n}", email=f"p{n}@example.com", name=f"Person {n}", first_seen_at=FIRST,
                       changed_at=FIRST)
                for n in chunk
            ]
        )  # fmt: skip
        PersonAccount.objects.bulk_create([PersonAccount(person_id=n, account_id=n % accounts + 1) for n in chunk])
        _say(f"person {chunk[-1]:,}")


def _fill_entries(count: int, accounts: int) -> None:
    """More entries of random accounts, moments and words: some as the product writes them, the others copies of those
    at other accounts and moments."""
    if count <= 0:
        return
    member = Member.objects.values_list("pk", flat=True).first()
    assert member is not None
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    draw = random.Random(count)
    said = [word(n) for n in range(20_000)]
    cumulated = list(itertools.accumulate(1 / (n + 10) for n in range(len(said))))
    kinds, flows = list(Kind), [*Flow, ""]
    rows = []
    for pk in range(newest + 1, newest + 1 + min(count, WRITTEN)):
        at = FIRST + timedelta(seconds=draw.randrange(DAYS * 86_400))
        rows.append(
            Entry(
                pk=pk, place=place_of(at, pk), workspace_id=tenancy.current_workspace_id(),
                account_id=draw.randint(1, accounts), author_id=member, kind=draw.choice(kinds),
                flow=draw.choice(flows), body=" ".join(draw.choices(said, cum_weights=cumulated, k=WORDS)),
                happened_at=at, created_at=at,
            )
        )  # fmt: skip
    with _without_index():
        Entry.objects.bulk_create(rows, batch_size=5_000)
        index.put([index.row_of(row) for row in rows])
        _say(f"{len(rows):,} entries written")
        if count > WRITTEN:
            _copy(first=newest + 1, count=count - WRITTEN, accounts=accounts)
            _say(f"{count - WRITTEN:,} copied")


def _copy(*, first: int, count: int, accounts: int) -> None:
    """Copies of the `WRITTEN` entries from `first` on."""
    start, second = place_of(FIRST, 0), place_of(FIRST + timedelta(seconds=1), 0) - place_of(FIRST, 0)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # what is copied is known to point somewhere
        cursor.execute(
            """CREATE TEMP TABLE copied AS
            SELECT %s + n AS id, %s + n %% %s AS of, 1 + floor(random() * %s)::bigint AS account,
                floor(random() * %s)::bigint AS at
            FROM generate_series(0, %s) AS n""",
            [first + WRITTEN, first, WRITTEN, accounts, DAYS * 86_400, count - 1],
        )
        moment = "%s + at * interval '1 second'"
        cursor.execute(
            f"""INSERT INTO work_entry (id, place, workspace_id, account_id, author_id, kind, flow, subject, body,
                reason, work_type, minutes_usual, revision, happened_at, created_at)
            SELECT c.id, %s + at * %s + c.id, workspace_id, c.account, author_id, kind, flow, subject, body, reason,
                work_type, minutes_usual, revision, {moment}, {moment}
            FROM copied c JOIN work_entry e ON e.id = c.of""",
            [start, second, FIRST, FIRST],
        )
        cursor.execute(
            """INSERT INTO work_search (place, words)
            SELECT %s + at * %s + c.id,
                ts_delete(words, '=c' || account_id) || array_to_tsvector(ARRAY['=c' || c.account])
            FROM copied c JOIN work_entry e ON e.id = c.of JOIN work_search s ON s.place = e.place""",
            [start, second],
        )
        cursor.execute("SET session_replication_role = origin")


@contextmanager
def _without_index() -> Iterator[None]:
    """The index of words is made anew at the end: far quicker than a row at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'work_search'")
        made = [(name, line) for name, line in cursor.fetchall() if "gin" in line.lower()]
        for name, _ in made:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        for _, line in made:
            cursor.execute(line)
        cursor.execute("ANALYZE")


def _say(what: str) -> None:
    print(f"  {what}", file=sys.stderr, flush=True)

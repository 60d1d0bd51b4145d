"""How long a search over all entries of a workspace takes: words rare and common, filters, pages far back.

    python -m benchmarks.timeline --entries 500000 [--home FOLDER | --database postgresql://…]

Entries are written past the product's actions, with the same places, words and marks; they are searched by the query
that the page asks. A database that holds enough entries already is only searched.
"""

import argparse
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROUNDS = 15
RARE = 0.0002
CONSONANTS, VOWELS = "bcdfghjklmnpqrstvwxz", "aeiou"
CHUNK = 5_000
ACCOUNTS, MEMBERS = 20_000, 40
FIRST = datetime(2021, 1, 1, tzinfo=UTC)
DAYS = 5 * 365


def main() -> int:
    """Fill, ask, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--entries", type=int, default=500_000)
    options.add_argument("--home", type=Path, default=None)
    options.add_argument("--database", default="")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    home = given.home or Path(tempfile.mkdtemp(prefix="tenure-bench-timeline-"))
    os.environ.update(TENURE_HOME=str(home), DJANGO_SETTINGS_MODULE="tenure.config.settings")
    os.environ.setdefault("TENURE_SECRET_KEY", "a key for benchmarks only, of forty characters")
    if given.database:
        os.environ["TENURE_DATABASE_URL"] = given.database
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    found = _measured(given.entries)
    if given.json:
        print(json.dumps(found))
    else:
        for name, row in found.items():
            print(f"{name:34} {row}")
    return 0


def _measured(entries: int) -> dict[str, str]:
    from django.db import connection

    from tenure.base import tenancy
    from tenure.tenants.models import Workspace
    from tenure.work.models import Entry

    workspace = Workspace.objects.filter(slug="bench").first() or Workspace.objects.create(
        slug="bench", name="Bench", timezone="UTC", currency="USD"
    )
    with tenancy.workspace(workspace.pk):
        begun = time.monotonic()
        there = Entry.objects.count()
        if there < entries:
            _fill(entries - there, workspace.pk)
        filled = time.monotonic() - begun
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        found = {
            "entries": f"{Entry.objects.count():,} on {connection.vendor}",
            "written": f"{max(entries - there, 0):,} in {filled:.0f} s",
        }
        found.update({name: _timed(ask) for name, ask in _questions().items()})
    return found


def _fill(count: int, workspace: int) -> None:
    from django.db import transaction

    from tenure.customers.models import Account
    from tenure.tenants.models import Member, User
    from tenure.work import index
    from tenure.work.contracts import Flow, Kind
    from tenure.work.models import Entry
    from tenure.work.rules import place_of

    if not Account.objects.exists():
        Account.objects.bulk_create(
            [
                Account(external_id=f"b{n}", name=f"Account {n}", first_seen_at=FIRST, changed_at=FIRST)
                for n in range(ACCOUNTS)
            ],
            batch_size=500,
        )
        for n in range(MEMBERS):
            user = User.objects.create(email=f"bench{n}@bench.example", name=f"Member {n}")
            Member.objects.create(user=user, role="csm")
    accounts = list(Account.objects.values_list("pk", flat=True))
    members = list(Member.objects.values_list("pk", flat=True))
    draw = random.Random(count)
    words = [word(n) for n in range(20_000)]
    cumulated = list(itertools.accumulate(1 / (n + 10) for n in range(len(words))))
    kinds, flows = list(Kind), [*Flow, None]
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for begin in range(0, count, CHUNK):
        rows = []
        for n in range(min(CHUNK, count - begin)):
            at = FIRST + timedelta(seconds=draw.randrange(DAYS * 86_400))
            said = draw.choices(words, cum_weights=cumulated, k=40)
            if draw.random() < RARE:
                said.append("zeppelin")
            flow, pk = draw.choice(flows), newest + begin + n + 1
            rows.append(
                Entry(
                    pk=pk,
                    place=place_of(at, pk),
                    workspace_id=workspace,
                    account_id=draw.choice(accounts),
                    author_id=draw.choice(members),
                    kind=draw.choice(kinds),
                    flow=flow or "",
                    body=" ".join(said),
                    happened_at=at,
                    created_at=at,
                )
            )
        with transaction.atomic():
            Entry.objects.bulk_create(rows, batch_size=1_000)
            index.put([index.row_of(row) for row in rows])
        if begin % (CHUNK * 10) == 0:
            print(f"{begin:,} written", file=sys.stderr)


def word(n: int) -> str:
    """The n-th commonest word: three syllables, so that beginnings are shared as in a language."""
    spread = (n * 7919 + 271) % 10**6
    return "".join(
        f"{CONSONANTS[part % 20]}{VOWELS[part // 20]}" for part in (spread // 10**4, spread // 100 % 100, spread % 100)
    )


def _questions() -> dict[str, Callable[[], object]]:
    from tenure.tenants.models import Member
    from tenure.work import queries
    from tenure.work.contracts import EntryFilter, Flow, Kind

    member = Member.objects.earliest("pk").pk
    asked = {
        "nothing: the newest": EntryFilter(),
        "a rare word": EntryFilter(words="zeppelin"),
        "a middling word": EntryFilter(words=word(150)),
        "the commonest word": EntryFilter(words=word(0)),
        "two letters": EntryFilter(words=word(0)[:2]),
        "three letters": EntryFilter(words=word(0)[:3]),
        "four letters": EntryFilter(words=word(0)[:4]),
        "two words": EntryFilter(words=f"{word(3)} {word(40)}"),
        "a phrase": EntryFilter(words=f'"{word(0)} {word(1)}"'),
        "no such word": EntryFilter(words="xylophone"),
        "type, author and flow": EntryFilter(kind=Kind.CALL, author=member, flow=Flow.RENEWAL),
        "a word, type and author": EntryFilter(words=word(5), kind=Kind.CALL, author=member),
        "a word in one quarter": EntryFilter(words=word(20), since=date(2022, 4, 1), until=date(2022, 6, 30)),
    }
    found: dict[str, Callable[[], object]] = {
        name: lambda where=where: queries.search(where) for name, where in asked.items()
    }
    common = EntryFilter(words=word(0))
    first = queries.search(common)
    found["the next page of the commonest"] = lambda: queries.search(common, cursor=first.next)
    return found


def _timed(ask: Callable[[], object]) -> str:
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        ask()
        took.append((time.perf_counter() - begun) * 1000)
    return f"first {took[0]:.0f} ms, median {statistics.median(took):.0f} ms, worst {max(took):.0f} ms"


if __name__ == "__main__":
    raise SystemExit(main())

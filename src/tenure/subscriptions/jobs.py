"""Copies for pages, kept true to the log. Every run comes to the same end, however often it is repeated."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import Any

from django.db import transaction

from tenure.base.cycle import Stage, StageReport, StageRun
from tenure.base.past import Part
from tenure.customers.contracts import MergeMade
from tenure.customers.queries import holders, merged
from tenure.events.queries import Lake, accounts_since, open_lake
from tenure.subscriptions import coming, due, kept, queries
from tenure.subscriptions.contracts import MOVEMENTS, SPLIT
from tenure.subscriptions.models import ComingChange, Derivation, Invoice, Movement, Period, Subscription
from tenure.tenants.queries import as_of_day, here

CHUNK = 200
"""Accounts a transaction: a few hundred rows, well under the 100 ms a writer may hold the database."""

FACTS = frozenset({"record"})
"""The classes of events that say anything of subscriptions and invoices."""

type Row = Mapping[str, object]

_TERMS = (
    "plan", "product", "seats", "packs", "pack_size", "mrr_minor", "currency", "is_trial", "billing", "auto_renew",
    "term_end", "notice_period", "notice_unit",
)  # fmt: skip
_AMOUNTS = ("opening", *MOVEMENTS, "closing", *SPLIT)


@dataclass(frozen=True, slots=True)
class _Copy:
    """A table that copies what was derived: its key within an account, and its other columns."""

    model: type[Any]
    key: tuple[str, ...]
    columns: tuple[str, ...]


_COPIES = (
    _Copy(Subscription, ("external_id",), (*_TERMS, "started_on", "ended_on", "renewal_on", "notice_on")),
    _Copy(Period, ("subscription", "valid_from"), (*_TERMS, "valid_to")),
    _Copy(Movement, ("month",), tuple(f"{name}_minor" for name in _AMOUNTS)),
    _Copy(
        Invoice,
        ("external_id",),
        ("issued_on", "due_on", "paid_on", "amount_minor", "currency", "returned_minor", "dispute"),
    ),
    _Copy(ComingChange, ("subscription",), ("day", "ends", "plan", "product", "seats", "mrr_minor", "currency")),
)


def derive(lake: Lake, accounts: Sequence[int] | None = None, *, as_of: date) -> int:
    """Bring the copies of these accounts (None: all) in line with the log as known at `as_of`.

    Only rows that differ are written. Returns how many accounts were looked at.
    """
    if accounts is not None and not accounts:
        return 0
    read = queries.sources(lake, as_of=[as_of], accounts=accounts).answered("periods")
    everyone = read.relations["accounts"]["account"].to_pylist()
    currency = here().currency
    movements = queries.ledger_of(read, as_of=as_of)
    periods = read.relations["periods"]
    terms = [_with_currency(row, currency) for row in periods.to_pylist()]
    derived = {
        Subscription: _by_account(_subscriptions(terms, queries.run("renewals", read).to_pylist())),
        Period: _by_account(terms),
        Movement: _by_account(_movement(row) for row in movements.to_pylist()),
        Invoice: _by_account(_invoice(row) for row in queries.run("invoices", read).to_pylist()),
        ComingChange: _by_account(
            coming.next_changes(_in_force(terms, as_of), coming.stated(lake, read, as_of=as_of)),
        ),
    }
    for chunk in batched(everyone, CHUNK):
        with transaction.atomic():
            for copy in _COPIES:
                _write(copy, chunk, derived[copy.model])
    several = None if accounts is None else everyone
    kept.keep(lake.slug, movements, as_of=as_of, accounts=several)
    ended = queries.renewals_due_of(periods, read, as_of=as_of, first=due.first_kept(as_of))
    due.keep(lake.slug, ended, as_of=as_of, accounts=several)
    return len(everyone)


def keep_day(slug: str, day: date) -> None:
    """The movements and the renewals due as they were known on a day that is over."""
    read = queries.sources(open_lake(slug), as_of=[day]).answered("periods")
    kept.keep(slug, queries.ledger_of(read, as_of=day), as_of=day, is_over=True)
    ended = queries.renewals_due_of(read.relations["periods"], read, as_of=day, first=due.first_kept(day))
    due.keep(slug, ended, as_of=day, is_over=True)


PAST = Part("subscriptions", keep_day)


def run_stage(run: StageRun) -> StageReport:
    """The stage of the cycle: accounts with new events, and all of them when the day (or a rate) has changed."""
    lake = open_lake(run.slug)
    version = lake.snapshot("events").version
    done = Derivation.objects.first()
    files = [each.as_of for each in (kept.ledger(run.slug), due.kept_due(run.slug)) if each is not None]
    is_current = done is not None and files == [run.as_of] * 2 and done.as_of == run.as_of and not run.full
    touched = accounts_since(lake, version=done.version, classes=FACTS) if done is not None and is_current else None
    touched = None if touched is None else list(holders("account", touched))
    rows = derive(lake, touched, as_of=run.as_of)
    Derivation.objects.update_or_create(defaults={"version": version, "as_of": run.as_of})
    return StageReport(rows=rows, note="all accounts" if touched is None else "")


def on_merge(fact: MergeMade) -> None:
    """Two accounts became one, or two again: their copies follow at once, whatever the cycle does."""
    if fact.entity == "account":
        view = here()
        concerned = merged().accounts.sources((fact.absorbed, fact.survivor))
        derive(open_lake(view.slug), sorted(concerned), as_of=as_of_day(view))


STAGE = Stage("subscriptions", run_stage)


def _with_currency(row: Row, currency: str) -> Row:
    """A period's row as a page's copy has it: text is never null, money has its currency."""
    texts = {name: row[name] or "" for name in ("plan", "product", "billing", "notice_unit")}
    return {**row, **texts, "currency": row["currency"] or currency}


def _subscriptions(terms: Iterable[Row], renewals: Iterable[Row]) -> Iterable[Row]:
    """One row a subscription: its latest terms, from its first day to its end."""
    due = {
        (row["account"], row["subscription"]): (row["renewal_on"], row["notice_on"])
        for row in renewals
        if row["is_in_force"]
    }
    first: dict[tuple[object, object], object] = {}
    last: dict[tuple[object, object], Row] = {}
    for row in sorted(terms, key=lambda row: str(row["valid_from"])):
        key = (row["account"], row["subscription"])
        first.setdefault(key, row["valid_from"])
        last[key] = row
    for key, row in last.items():
        renewal_on, notice_on = due.get(key, (None, None))
        yield {
            **row, "external_id": row["subscription"], "started_on": first[key], "ended_on": row["valid_to"],
            "renewal_on": renewal_on, "notice_on": notice_on,
        }  # fmt: skip


def _in_force(terms: Iterable[Row], as_of: date) -> Iterable[Row]:
    return (row for row in terms if row["valid_to"] is None or str(row["valid_to"]) > str(as_of))


def _movement(row: Row) -> Row:
    return {**row, **{f"{name}_minor": row[name] for name in _AMOUNTS}}


def _invoice(row: Row) -> Row:
    return {**row, "external_id": row["invoice"], "dispute": row["dispute"] or ""}


def _by_account(rows: Iterable[Row]) -> Mapping[object, list[Row]]:
    found: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["account"]].append(row)
    return found


def _write(copy: _Copy, accounts: Sequence[int], derived: Mapping[object, list[Row]]) -> None:
    """Write what differs and delete what is no more, for these accounts."""
    named = ("account_id", *copy.key, *copy.columns)
    standing = {
        row[: len(copy.key) + 1]: row for row in copy.model.objects.filter(account__in=accounts).values_list(*named)
    }
    wanted: dict[tuple[object, ...], tuple[object, ...]] = {}
    for account in accounts:
        for row in derived.get(account, ()):
            values = (account, *(row[name] for name in (*copy.key, *copy.columns)))
            wanted[values[: len(copy.key) + 1]] = values
    gone = standing.keys() - wanted.keys()
    if gone:
        ids = {
            row[1:]: row[0]
            for row in copy.model.objects.filter(account__in=accounts).values_list("id", "account_id", *copy.key)
        }
        copy.model.objects.filter(id__in=[ids[key] for key in gone]).delete()
    changed = [
        copy.model(**dict(zip(named, values, strict=True)))
        for key, values in wanted.items()
        if standing.get(key) != values
    ]
    copy.model.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["account", *copy.key], update_fields=list(copy.columns)
    )

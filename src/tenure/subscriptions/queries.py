"""Reads of subscriptions: tables for other domains, computed from the log as of any day; rows for pages."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Count, OuterRef, Subquery

from tenure.base import money, sql
from tenure.base.months import each_month, last_day
from tenure.customers.queries import accounts_table, merged
from tenure.events.queries import Lake, LakeRelation, Relation, composed, engine, moved, of_accounts, span
from tenure.subscriptions import due, kept
from tenure.subscriptions.contracts import (
    ACCOUNT_STATE,
    LEDGER,
    OUTCOMES,
    RENEWALS_DUE,
    CurrencyRow,
    KeptRenewals,
    Rate,
)
from tenure.subscriptions.kept import Kept
from tenure.subscriptions.models import ExchangeRate, Subscription
from tenure.tenants.queries import here

_PACKAGE = "tenure.subscriptions"
_EVER, _NEVER = date(1, 1, 1), date(9999, 12, 31)
_STANDS_ON = {
    "periods": (),
    "marks": (),
    "invoices": (),
    "renewals": ("periods",),
    "account_state": ("periods", "marks", "renewals"),
    "ledger": ("periods",),
}
_RATES = pa.schema(
    [
        ("currency", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("rate", pa.decimal128(18, 9)),
    ]
)
_NO_RENEWALS = pa.schema(
    [("as_of", pa.date32()), ("account", pa.int64()), ("subscription", pa.string()), ("renewal_on", pa.date32())]
).empty_table()


@dataclass(frozen=True, slots=True)
class Sources:
    """What the queries of this domain read: relations and parameters, for `tenure.events`' engine. `first_day` is the
    earliest that any record of a subscription tells of."""

    relations: Mapping[str, Relation]
    params: Mapping[str, object]
    first_day: date | None = None

    def answered(self, *names: str) -> "Sources":
        """These with the answers of queries beside them: what stands on those reads them and does not ask again."""
        return replace(self, relations={**self.relations, **{name: run(name, self) for name in names}})


def relation_sql(name: str, known: Collection[str] = ()) -> str:
    """A query of `sql/` with those that it stands on as common tables (but the `known`), to run over `sources`."""
    asked = [each for each in _STANDS_ON[name] if each not in known]
    parts = ",\n".join(f"{each} as (\n{sql.load(_PACKAGE, each)}\n)" for each in asked)
    return f"with\n{parts}\n\nselect * from (\n{sql.load(_PACKAGE, name)}\n)" if parts else sql.load(_PACKAGE, name)


def sources(
    lake: Lake,
    *,
    as_of: Sequence[date],
    accounts: Sequence[int] | None = None,
    known: pa.Table | None = None,
    together: Mapping[int, Sequence[int]] | None = None,
) -> Sources:
    """The records, accounts, days and rates that `relation_sql` reads, for all accounts or those named.

    `known` is `accounts_table` of these accounts, if the caller has read it. Three database queries, two with `known`,
    one less where merges were read before; and one over the lake when it has changed (since when subscriptions are
    delivered).
    """
    last, merges = max(as_of), merged()
    ends = span(merges, accounts)
    base = lake.relation("events", classes={"record"}, accounts=ends, days=(_EVER, last))
    everyone = lake.relation("events", classes={"record"}) if ends else base
    records = moved(base, merges) if together is None else composed(base, "account", together)
    concerned = {*(accounts or ()), *(together or {})}
    workspace = here()
    since, first_day = _since(everyone)
    return Sources(
        relations={
            "records": of_accounts(records, concerned) if accounts else records,
            "accounts": _accounts(accounts, known, together or {}),
            "spine": pa.table({"as_of": pa.array(sorted(set(as_of)), pa.date32())}),
            "rates": _rates(workspace.currency),
        },
        params={
            "currency": workspace.currency,
            "minor_units": 10 ** money.exponent(workspace.currency),
            "subscriptions_since": since,
        },
        first_day=first_day,
    )


def _accounts(
    accounts: Sequence[int] | None, known: pa.Table | None, together: Mapping[int, Sequence[int]]
) -> pa.Table:
    """account and started_on; accounts put together started when the first of them did."""
    found = (accounts_table(accounts) if known is None else known).select(["account", "started_on"])
    place = pc.index_in(
        pa.array([each[0] for each in together.values()], pa.int64()), found["account"].combine_chunks()
    )
    added = pa.table({"account": pa.array(together, pa.int64()), "started_on": found["started_on"].take(place)})
    return pa.concat_tables([found, added]) if together else found


@lru_cache(maxsize=64)
def _since(records: LakeRelation) -> tuple[date | None, date | None]:
    """The first day on which one version of a workspace's log knew of subscriptions, and the first it knows of."""
    (found,) = engine().query(sql.load(_PACKAGE, "since"), relations={"records": records}).to_pylist()
    return found["since"], found["first_day"]


def run(name: str, read: Sources, schema: pa.Schema | None = None) -> pa.Table:
    """The rows of a query of `sql/` with those that it stands on; with `schema` in its order and types."""
    found = engine().query(relation_sql(name, read.relations.keys()), relations=read.relations, params=read.params)
    return found if schema is None else found.select(schema.names).cast(schema)


def account_state(
    lake: Lake,
    *,
    as_of: date | Sequence[date],
    accounts: Sequence[int] | None = None,
    known: pa.Table | None = None,
    together: Mapping[int, Sequence[int]] | None = None,
) -> pa.Table:
    """Status, money and terms of each account at each day (schema `ACCOUNT_STATE`), as known on that day.

    An account that was merged by that day has nothing, its survivor all. With `together` (id → accounts, the one that
    it begins with first) no merge is looked at: each account has its own rows, and those put together have all.
    """
    days = [as_of] if isinstance(as_of, date) else list(as_of)
    return run(
        "account_state", sources(lake, as_of=days, accounts=accounts, known=known, together=together), ACCOUNT_STATE
    )


def ledger(lake: Lake, *, as_of: date, accounts: Sequence[int] | None = None) -> pa.Table:
    """MRR movements by account and month up to `as_of`, whose month closes on it (schema `LEDGER`)."""
    return ledger_of(sources(lake, as_of=[as_of], accounts=accounts), as_of=as_of)


def kept_ledger(slug: str, as_of: date | None = None) -> Kept | None:
    """The ledger as the last cycle left it, or as it is kept of a day, without asking the log; None where it is not."""
    return kept.ledger(slug, as_of)


def ledger_of(read: Sources, *, as_of: date) -> pa.Table:
    """`ledger` over sources whose only day is `as_of`."""
    months = closes(min(read.first_day or as_of, as_of), as_of)
    return run("ledger", replace(read, relations={**read.relations, "closes": months}), LEDGER)


def renewals_due(lake: Lake, *, as_of: date, accounts: Sequence[int] | None = None) -> pa.Table:
    """The renewals that came due up to `as_of`, by account and day (schema `RENEWALS_DUE`), as known then."""
    read = sources(lake, as_of=[as_of], accounts=accounts)
    return renewals_due_of(run("periods", read), read, as_of=as_of)


def kept_renewals_due(slug: str, as_of: date | None = None) -> KeptRenewals | None:
    """Those of two years as the last cycle left them, or as they are kept of a day; None where they are not."""
    return due.kept_due(slug, as_of)


def renewals_due_of(periods: pa.Table, read: Sources, *, as_of: date, first: date = _EVER) -> pa.Table:
    """`renewals_due` from the day `first` on, over the periods of sources whose only day is `as_of`."""
    begins = pc.min(periods["valid_from"]).as_py() or as_of
    relations = {"periods": periods, "rates": read.relations["rates"], "closes": closes(begins, as_of)}
    params = {"currency": read.params["currency"], "as_of": as_of, "first": first}
    found = engine().query(sql.load(_PACKAGE, "renewals_due"), relations=relations, params=params)
    return found.select(RENEWALS_DUE.names).cast(RENEWALS_DUE)


def closes(first: date, as_of: date) -> pa.Table:
    """The months from `first`'s to `as_of`'s with their closing days: the last of the month, at most `as_of`."""
    months = list(each_month(first, as_of))
    ends = [min(last_day(month), as_of) for month in months]
    return pa.table(
        {
            "month": pa.array(months, pa.date32()),
            "closes_on": pa.array(ends, pa.date32()),
            "next_closes_on": pa.array([*ends[1:], None], pa.date32()),
        }
    )


def outcomes(
    lake: Lake,
    *,
    as_of: Sequence[date],
    horizon: int,
    known: date,
    accounts: Sequence[int] | None = None,
    customers: pa.Table | None = None,
    renewals: bool = True,
) -> pa.Table:
    """What became of the customers of each day within `horizon` days, as known at `known` (schema `OUTCOMES`).

    The customers are those of the day: to be merged later is no outcome. `customers` (as_of, account) are all of
    these days, if the caller knows them. Without `renewals` nothing is said of them.
    """
    merges, found = merged().accounts, [OUTCOMES.empty_table()]
    for days, day in merges.eras(as_of):
        groups = merges.groups(day)
        together = {-holder: members for holder, members in groups.items()}
        wanted = accounts if accounts is None else sorted(merges.sources(accounts))
        told = None
        if customers is not None and not groups:
            told = customers.filter(pc.is_in(customers["as_of"], value_set=pa.array(days, pa.date32())))
        rows = _outcomes(lake, days, horizon, known, wanted, together, customers=told, renewals=renewals)
        behind = [member for members in groups.values() for member in members]
        rows = rows.filter(pc.invert(pc.is_in(rows["account"], value_set=pa.array(behind, pa.int64()))))
        rows = rows.set_column(rows.column_names.index("account"), OUTCOMES.field("account"), pc.abs(rows["account"]))
        if accounts is not None:
            rows = rows.filter(pc.is_in(rows["account"], value_set=pa.array(accounts, pa.int64())))
        found.append(rows)
    return pa.concat_tables(found)


def _outcomes(
    lake: Lake,
    as_of: Sequence[date],
    horizon: int,
    known: date,
    accounts: Sequence[int] | None,
    together: Mapping[int, Sequence[int]],
    *,
    customers: pa.Table | None,
    renewals: bool,
) -> pa.Table:
    then = sources(lake, as_of=as_of, accounts=accounts, together=together)
    later = sources(lake, as_of=[known], accounts=accounts, together=together)
    if customers is None:
        state = run("account_state", then)
        customers = state.filter(pc.equal(state["status"], "customer")).select(["as_of", "account"])
    due = run("renewals", then) if renewals else _NO_RENEWALS
    relations = {
        **later.relations,
        "customers": customers,
        "due": due.filter(pc.is_valid(due["renewal_on"])).select(["as_of", "account", "subscription", "renewal_on"]),
        "periods": run("periods", later),
        "marks": run("marks", later),
    }
    params = {**later.params, "horizon": horizon, "known": known}
    found = engine().query(sql.load(_PACKAGE, "outcomes"), relations=relations, params=params)
    return found.select(OUTCOMES.names).cast(OUTCOMES)


def plans() -> list[tuple[str, int]]:
    """The names of plans with the number of subscriptions that have them, commonest first. One query."""
    rows = Subscription.objects.exclude(plan="").values_list("plan").annotate(held=Count("pk"))
    return list(rows.order_by("-held", "plan"))


def currencies(own: str) -> list[CurrencyRow]:
    """Currencies other than the workspace's `own`, those without a rate first. Three queries."""
    used = dict(
        Subscription.objects.exclude(currency__in=["", own])
        .values_list("currency")
        .annotate(n=Count("id"))
        .order_by("currency")
    )
    counts = dict(ExchangeRate.objects.values_list("currency").annotate(n=Count("id")).order_by("currency"))
    newest = ExchangeRate.objects.filter(currency=OuterRef("currency")).order_by("-day").values("day")[:1]
    latest = {
        row.currency: Rate(row.currency, row.day, row.rate) for row in ExchangeRate.objects.filter(day=Subquery(newest))
    }
    rows = [CurrencyRow(c, used.get(c, 0), counts.get(c, 0), latest.get(c)) for c in {*used, *counts}]
    return sorted(rows, key=lambda row: (row.latest is not None, row.currency))


def converter(own: str) -> Callable[[int, str, date], int | None]:
    """Turns minor units of a currency into those of `own` at a day's rate; None where there is none. One query."""
    known = _rates(own).to_pylist()

    def convert(minor: int, currency: str, day: date) -> int | None:
        of_day = (row for row in known if row["currency"] == currency and row["valid_from"] <= day < row["valid_to"])
        rate = next((row["rate"] for row in of_day), None)
        return None if rate is None else round(minor * rate)

    return convert


def _rates(own: str) -> pa.Table:
    """Each rate with the days it holds for, as own minor units for one minor unit of the currency."""
    rows: list[tuple[str, date, date, Decimal]] = [(own, _EVER, _NEVER, Decimal(1))]
    known: dict[str, list[tuple[date, Decimal]]] = {}
    for currency, day, rate in ExchangeRate.objects.order_by("currency", "day").values_list("currency", "day", "rate"):
        if currency != own:
            scale = money.exponent(own) - money.exponent(currency)
            known.setdefault(currency, []).append((day, rate.scaleb(scale)))
    for currency, rates in known.items():
        for (day, rate), (until, _) in pairwise([*rates, (_NEVER, Decimal(0))]):
            rows.append((currency, day, until, round(rate, 9)))
    return pa.table(
        [pa.array(column, f.type) for column, f in zip(zip(*rows, strict=True), _RATES, strict=True)], _RATES
    )

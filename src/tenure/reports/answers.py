"""Metrics of word of mouth: the share of promoters, and of new MRR that came by referral."""

from collections.abc import Mapping, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from tenure.base import sql
from tenure.base.months import last_day, months_back
from tenure.events.queries import engine, open_lake
from tenure.reports.contracts import Figure
from tenure.reports.matrix import YEAR, quotient
from tenure.revenue.acquisition import Referrals
from tenure.revenue.contracts import Month

OF_SURVEY = 3
_TRAIT = "t__"


def promoters(slug: str, months: Sequence[date], as_of: date) -> dict[date, Figure]:
    """The share of promoters in the three months that end with each. One query over the records."""
    ends = [min(last_day(month), as_of) for month in months]
    begins = [months_back(month, OF_SURVEY - 1) for month in months]
    closes = pa.table(
        {
            "month": pa.array(months, pa.date32()),
            "begins_on": pa.array(begins, pa.date32()),
            "closes_on": pa.array(ends, pa.date32()),
        }
    )
    rows = engine().query(
        sql.load("tenure.reports", "promoters"),
        relations={
            "closes": closes,
            "records": open_lake(slug).relation("events", classes={"record"}, days=(min(begins), max(ends))),
        },
        params={"as_of": as_of},
    )
    return {row["month"]: quotient(float(row["promoters"]), float(row["answers"])) for row in rows.to_pylist()}


def referred(payers: pa.Table, setting: Referrals, ledger: pa.Table, months: Sequence[Month]) -> dict[date, Figure]:
    """The share of new MRR of twelve months that came from accounts that somebody referred, as `setting` tells it, for
    each of `months`. Nothing where no trait says where accounts came from."""
    column = f"{_TRAIT}{setting.trait}"
    if column not in payers.column_names:
        return {}
    told = pc.utf8_lower(pc.utf8_trim_whitespace(payers[column].cast(pa.string())))
    wanted = pa.array([each.casefold() for each in setting.values], pa.string())
    theirs = payers["id"].filter(pc.is_in(told, value_set=wanted))
    rows = ledger.filter(pc.is_in(ledger["account"], value_set=theirs.combine_chunks()))
    won = _by_month(rows)
    found = {}
    for at, month in enumerate(months):
        twelve = months[max(0, at - YEAR + 1) : at + 1]
        every = sum(each.new for each in twelve)
        found[month.month] = quotient(float(sum(won.get(each.month, 0) for each in twelve)), float(every))
    return found


def _by_month(rows: pa.Table) -> Mapping[date, int]:
    sums = rows.group_by("month").aggregate([("new", "sum")])
    return {row["month"]: int(row["new_sum"]) for row in sums.to_pylist()}

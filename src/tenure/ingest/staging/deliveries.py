"""Which kinds of data an import brought, from which day to which: what freshness is measured by."""

# ruff: noqa: S608 (names and texts are quoted by `staging.text`)

from collections.abc import Mapping
from datetime import date

from tenure.events.contracts import RecordName
from tenure.ingest.staging import text as sql
from tenure.ingest.staging.facts import DIFFERENCE
from tenure.ingest.staging.store import Bench

type Days = Mapping[str, tuple[date | None, date | None]]

_KINDS = {
    RecordName.ACCOUNT_SIGNED_UP: "accounts",
    RecordName.ACCOUNT_LOST: "churn",
    RecordName.SUBSCRIPTION_STARTED: "subscriptions",
    RecordName.SUBSCRIPTION_CHANGED: "subscriptions",
    RecordName.SUBSCRIPTION_ENDED: "subscriptions",
    RecordName.INVOICE_ISSUED: "invoices",
    RecordName.INVOICE_PAID: "invoices",
    RecordName.TICKET_OPENED: "tickets",
    RecordName.TICKET_ANSWERED: "tickets.answered",
    RecordName.TICKET_CLOSED: "tickets.closed",
    RecordName.TICKET_ESCALATED: "tickets.escalated",
}
_PARTS = {"usage": "TRUE", "usage.people": "person IS NOT NULL", "usage.seconds": "seconds IS NOT NULL",
          "usage.value": "value IS NOT NULL", "usage.errors": "errors IS NOT NULL"}  # fmt: skip


def in_difference(bench: Bench, *, today: date) -> Days:
    """First and last day (none after today) of each kind among the facts at hand."""
    upto = f"stands AND day <= DATE {sql.text(today.isoformat())}"
    selects = [
        f"SELECT {sql.text(kind)} AS kind, day FROM {DIFFERENCE} WHERE class = 'usage' AND {upto} AND {test}"
        for kind, test in _PARTS.items()
    ]
    record = sql.case("name", {str(name): sql.text(kind) for name, kind in _KINDS.items()}, "NULL")
    survey = "'surveys.' || json_extract_string(properties, '$.kind')"
    selects.append(
        f"SELECT coalesce({record}, CASE WHEN name = 'survey_answered' THEN {survey} END), day"
        f" FROM {DIFFERENCE} WHERE class = 'record' AND {upto}"
    )
    rows = bench.rows(
        f"SELECT kind, min(day), max(day) FROM ({' UNION ALL '.join(selects)}) WHERE kind IS NOT NULL GROUP BY 1"
    )
    return {str(kind): (_day(first), _day(last)) for kind, first, last in rows}


def merged(*parts: Days) -> Days:
    """The widest span of each kind."""
    spans: dict[str, tuple[date | None, date | None]] = {}
    for part in parts:
        for kind, (first, last) in part.items():
            known = spans.get(kind, (None, None))
            spans[kind] = (
                min((day for day in (known[0], first) if day is not None), default=None),
                max((day for day in (known[1], last) if day is not None), default=None),
            )
    return spans


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None

"""What Stripe's objects are as rows of an import, and the source map by which they are read. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tenure.base.money import Money
from tenure.ingest.connectors.stripe import rules
from tenure.ingest.connectors.stripe.course import Course, State, Terms
from tenure.ingest.connectors.stripe.said import Charge, Customer, Dispute, Invoice
from tenure.ingest.connectors.stripe.settling import TakenBack
from tenure.ingest.maps import SourceMap

type Row = dict[str, object]

_TERMS: Mapping[str, object] = {
    **{
        name: name for name in ("plan", "product", "seats", "currency", "is_trial", "billing", "auto_renew", "term_end")
    },
    "mrr": {"column": "mrr_minor", "unit": "minor"},
}
_MONEY = {"amount": {"column": "amount_minor", "unit": "minor"}, "currency": "currency"}
_EVENT = {"key": "key", "account": "account", "at": "at", "value": "amount"}
_ROLES: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "customers": ("accounts", {"key": "account", "name": "name"}),
    "people": ("people", {"key": "email", "email": "email", "account": "account", "role": {"constant": "billing"}}),
    "subscriptions": (
        "subscriptions",
        {"key": "id", "account": "account", "start": "started_on", "end": "ended_on", **_TERMS},
    ),
    "changes": (
        "subscription_changes",
        {"key": ["id", "name"], "subscription": "id", "account": "account", "at": "day", **_TERMS},
    ),
    "invoices": (
        "invoices",
        {"key": "id", "account": "account", "issued": "issued_on", "due": "due_on", "paid": "paid_on", **_MONEY,
         "returned": {"column": "returned_minor", "unit": "minor"}, "dispute": "dispute"},
    ),
    "refunds": ("events", {**_EVENT, "name": {"constant": "payment_refunded"}, "properties": ["charge", "currency"]}),
    "disputes": (
        "events",
        {**_EVENT, "name": {"constant": "payment_disputed"}, "properties": ["charge", "currency", "reason", "status"]},
    ),
}  # fmt: skip
_FIELDS: Mapping[str, Sequence[str]] = {
    "customers": ("account", "name"),
    "people": ("email", "account"),
    "subscriptions": ("id", "account", "started_on", "ended_on", *Terms.__dataclass_fields__),
    "changes": ("id", "name", "account", "day", *Terms.__dataclass_fields__),
    "invoices": (
        "id",
        "account",
        "issued_on",
        "due_on",
        "paid_on",
        "amount_minor",
        "currency",
        "returned_minor",
        "dispute",
    ),
    "refunds": ("key", "account", "at", "amount", "charge", "currency"),
    "disputes": ("key", "account", "at", "amount", "charge", "currency", "reason", "status"),
}


def source_map(source: str, entries: Iterable[str]) -> SourceMap:
    """The map of these entries; each is a file of JSON lines of its name."""
    files = {name: {"file": f"{name}.jsonl", _ROLES[name][0]: dict(_ROLES[name][1])} for name in entries}
    return SourceMap.model_validate({"source": source, "null_words": [""], "files": files})


def whole(entry: str, row: Mapping[str, object]) -> Row:
    """The row with a place for every field of its file."""
    return {**dict.fromkeys(_FIELDS[entry]), **row}


def account_of(customer: Customer, account_key: str) -> str:
    """The account's external id: what the customer's metadata says under `account_key`, else the customer's own id."""
    return customer.metadata.get(account_key) or customer.id


def account(customer: Customer, account_key: str) -> Row:
    """An account that others name too keeps the name that they gave it."""
    named = account_of(customer, account_key)
    return {"account": named, "name": customer.name or customer.email or None if named == customer.id else None}


def subscription(name: str, account: str, course: Course) -> tuple[Row, list[Row]]:
    """The row of a subscription, and those of its changes."""
    first = {"id": name, "account": account, "started_on": course.started_on.isoformat(),
             "ended_on": course.ended_on.isoformat() if course.ended_on else None, **_terms(course.terms)}  # fmt: skip
    changes = [
        {
            "id": name,
            "name": each.name.isoformat(),
            "account": account,
            "day": each.day.isoformat(),
            **_terms(each.terms),
        }
        for each in course.changes
    ]
    return first, changes


def _terms(terms: Terms) -> Row:
    return {
        "plan": terms.plan or None, "product": terms.product or None, "seats": terms.seats,
        "mrr_minor": terms.mrr_minor, "currency": terms.currency or None, "is_trial": terms.is_trial,
        "billing": terms.billing, "auto_renew": terms.auto_renew,
        "term_end": terms.term_end.isoformat() if terms.term_end else None,
    }  # fmt: skip


def invoice(said: Invoice, taken: TakenBack, account: str, zone: ZoneInfo) -> Row | None:
    """The row of an invoice; None while it is a draft. A void one asks for nothing; an uncollectible one stays unpaid.

    After "Invoice status transitions". Without a due date Stripe collects at once: due when issued. A credit note
    before the payment asks for less ("Credit notes"). A paid invoice stays paid when its payment is given back or
    disputed, as in Stripe: it was not late. What was taken back is told beside it.
    """
    if said.status == "draft":
        return None
    issued, void = said.finalized or said.created, said.status == "void"
    settled = (said.voided or issued) if void else said.paid if said.status == "paid" else None
    returned = max(taken.refunded, said.credited_after)
    return {
        "id": said.id,
        "account": account,
        "issued_on": _day(issued, zone),
        "due_on": _day(said.due or issued, zone),
        "paid_on": _day(settled, zone) if settled is not None else None,
        "amount_minor": 0 if void else rules.minor(said.total - said.credited, said.currency),
        "currency": said.currency,
        "returned_minor": rules.minor(returned, said.currency) if returned else None,
        "dispute": taken.dispute or None,
    }


def refunds(states: Iterable[State[Charge]], account: str) -> list[Row]:
    """A row for each time that more of a payment had been given back."""
    given: dict[int, State[Charge]] = {}
    for state in states:
        if state.said.refunded > max(given, default=0):
            given[state.said.refunded] = state
    found: list[Row] = []
    before = 0
    for upto, state in given.items():
        said = state.said
        found.append(
            {"key": f"{said.id}-{upto}", "account": account, "at": _moment(state.at),
             "amount": _major(upto - before, said.currency), "charge": said.id, "currency": said.currency}
        )  # fmt: skip
        before = upto
    return found


def dispute(said: Dispute, account: str) -> Row:
    """The row of a dispute, on the day it began."""
    return {
        "key": said.id, "account": account, "at": _moment(said.created), "amount": _major(said.amount, said.currency),
        "charge": said.charge, "currency": said.currency, "reason": said.reason, "status": said.status,
    }  # fmt: skip


def _major(amount: int, currency: str) -> str:
    return str(Money(rules.minor(amount, currency), currency).major)


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _day(seconds: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone).date().isoformat()

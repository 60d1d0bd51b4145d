"""A connector as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from tenure.ingest.connectors.queries import ConnectorView, FillView, Received
from tenure.screens import formats

EVENTS = (
    "customer.*", "customer.subscription.*", "customer.discount.*", "subscription_schedule.*", "product.*", "price.*",
    "coupon.*", "invoice.*", "invoice_payment.*", "charge.succeeded", "charge.refunded", "charge.dispute.*",
)  # fmt: skip
"""What the endpoint in Stripe should send."""
_LISTS = (
    "products", "prices", "coupons", "customers", "events", "subscription_schedules", "subscriptions", "invoices",
    "refunds", "disputes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class State:
    """How a connector does, in a word; `advice` says what to do next, if anything."""

    word: str
    tone: str
    heard: str
    advice: str


@dataclass(frozen=True, slots=True)
class FillRow:
    """The back-fill: a word, a sentence, the button, and objects read by list."""

    word: str
    tone: str
    told: str
    button: str
    lists: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class SecretRow:
    """A signing secret."""

    name: str
    end: str
    since: str


@dataclass(frozen=True, slots=True)
class TypeRow:
    """Events of a type."""

    type: str
    events: str
    ignored: str
    refused: str
    last: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """An event that could not be taken in."""

    id: str
    type: str
    problem: str
    received: str


def waiting(found: Received) -> str:
    """Events that were acknowledged and are not taken in yet; empty when there are none."""
    return f"{formats.count(found.waiting, 'event')} to be taken in" if found.waiting else ""


def state(found: ConnectorView, now: datetime) -> State:
    """In a word."""
    heard = f"Last event {formats.ago(found.heard_at, now)}" if found.heard_at else "No event yet"
    if not found.secrets:
        return State("Needs a secret", "warning", heard, "Add the address to Stripe, then paste its signing secret.")
    if found.refused_at and (found.heard_at is None or found.refused_at > found.heard_at):
        return State("Refusing", "bad", heard, "")
    if found.heard_at is None:
        return State("Waiting", "outline", heard, "Send a test event from Stripe, or wait: events appear in seconds.")
    return State("Connected", "good", heard, "")


def fill(found: FillView, now: datetime, *, has_key: bool) -> FillRow:
    """The back-fill."""
    read = sum(found.counts.get(each, 0) for each in _LISTS)
    so_far = f"{formats.count(read, 'object')} read"
    unread = found.counts.get("unread", 0)
    odd = f" {formats.count(unread, 'object')} could not be read." if unread else ""
    match found.status:
        case "running":
            word, tone, told, button = "Running", "accent", f"{so_far} so far, now {found.step or 'products'}.", ""
        case "failed":
            word, tone, told, button = "Stopped", "bad", found.problem, "Go on"
        case "done":
            when = f", {formats.ago(found.at, now)}" if found.at else ""
            word, tone, told, button = "Done", "good", f"{so_far}{when}.{odd}", "Read again"
        case _:
            word, tone, button = "Never ran", "outline", "Start"
            told = "Webhooks tell what happens from now on; this reads what was there before."
    return FillRow(word, tone, told, button if has_key else "", _lists(found))


def _lists(found: FillView) -> list[tuple[str, str, str]]:
    if found.status == "never":
        return []
    here = _LISTS.index(found.step) if found.step in _LISTS else (len(_LISTS) if found.status == "done" else 0)
    done = ("Read", "Reading", "Waiting") if found.status == "running" else ("Read", "Stopped here", "Not read")
    return [
        (each.replace("_", " ").capitalize(), formats.number(found.counts.get(each, 0)), done[(n >= here) + (n > here)])
        for n, each in enumerate(_LISTS)
    ]


def secrets(found: ConnectorView) -> list[SecretRow]:
    """Those in force."""
    return [SecretRow(each.name, each.end, formats.day(each.since)) for each in found.secrets]


def types(found: Received, now: datetime) -> list[TypeRow]:
    """Events by type, the most frequent first."""
    number = formats.number
    return [
        TypeRow(t.type, number(t.events), number(t.ignored), number(t.refused), formats.ago(t.last_at, now))
        for t in found.types
    ]


def refused(found: Received, now: datetime) -> list[RefusedRow]:
    """The newest first."""
    return [RefusedRow(r.external_id, r.type, r.problem, formats.ago(r.received_at, now)) for r in found.refused]


def without_customer(found: Received) -> str:
    """What waits for its customer, as a sentence; empty when nothing does."""
    if not found.without_customer:
        return ""
    them = formats.count(found.without_customer, "subscription")
    return f"{them} of customers of whom nothing came yet. Run the back-fill: it reads the customers."

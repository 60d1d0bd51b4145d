"""What a good score needs, and which of it has come: the list a newcomer works down after the first event."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tenure.ingest.contracts import SourceView


@dataclass(frozen=True, slots=True)
class Want:
    """Something a score lives by: `gives` says what for, `how` how to send it; `has` when it has come."""

    title: str
    gives: str
    how: str
    has: bool


_WANTS = (
    ("usage", "Product events", "use, its change, features", "Call track for what people do in the product."),
    ("usage.people", "Who did it", "people active, share of seats used, last seen",
     "Give every event a userId, and call identify when somebody signs in."),
    ("accounts", "Which customer", "everything: events without an account wait",
     "Call group with the account’s id, or import the accounts."),
    ("subscriptions", "Subscriptions", "MRR, seats, renewal dates, growth",
     "Connect Stripe, POST /api/v1/facts/subscriptions, or import a file."),
    ("invoices", "Invoices", "payments that are late",
     "Connect Stripe, POST /api/v1/facts/invoices, or import a file."),
    ("tickets", "Support tickets", "need of support, escalations", "POST /api/v1/facts/tickets, or import a file."),
    ("surveys", "Survey answers", "what customers say: NPS, CSAT, CES",
     "POST /api/v1/facts/survey-answers, or import a file."),
)  # fmt: skip


def wanted(delivered: Mapping[str, SourceView]) -> list[Want]:
    """The list, in the order in which it pays to work on it."""
    kinds = set(_kinds(delivered.values()))
    return [Want(title, gives, how, kind in kinds) for kind, title, gives, how in _WANTS]


def _kinds(sources: Iterable[SourceView]) -> Iterable[str]:
    """Kinds of data that came, surveys of any sort as one."""
    for source in sources:
        for kind in source.kinds:
            yield "surveys" if kind.startswith("surveys.") else kind

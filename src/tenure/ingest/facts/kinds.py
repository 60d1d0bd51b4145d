"""The kinds of facts, and the source map by which their rows are read as if they were rows of files."""

from collections.abc import Mapping
from dataclasses import dataclass

from tenure.ingest.facts.contracts import (
    ChurnRow,
    InvoiceRow,
    Row,
    SubscriptionRow,
    SurveyAnswerRow,
    TicketRow,
)
from tenure.ingest.maps import SourceMap

SOURCE = "facts-api"
"""The source of all facts that come over HTTP, whatever key they came with: keys are renamed and replaced."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of facts: its rows, and what one needs before it can stand. Its name is the entry's in the map."""

    name: str
    row: type[Row]
    needs: tuple[str, ...]
    may_name_a_person: bool = False


SUBSCRIPTIONS = Kind("subscriptions", SubscriptionRow, ("account", "started_on"))
CHANGES = Kind("subscription_changes", SubscriptionRow, ("account", "effective_on"))
INVOICES = Kind("invoices", InvoiceRow, ("account", "issued_on", "amount_minor"))
TICKETS = Kind("tickets", TicketRow, ("opened_at",), may_name_a_person=True)
SURVEY_ANSWERS = Kind("survey-answers", SurveyAnswerRow, ("answered_at", "kind", "score"), may_name_a_person=True)
CHURN = Kind("churn", ChurnRow, ("account", "lost_on"))

_MONEY = {"unit": "minor"}
_TERMS: Mapping[str, object] = {
    **{
        name: name
        for name in (
            "plan",
            "product",
            "seats",
            "packs",
            "pack_size",
            "currency",
            "is_trial",
            "billing",
            "auto_renew",
            "term_end",
            "notice_period",
            "notice_unit",
        )
    },
    "mrr": {"column": "mrr_minor", **_MONEY},
}
_ROLES: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "subscriptions": (
        "subscriptions",
        {"key": "external_id", "account": "account", "start": "started_on", "end": "ended_on", **_TERMS},
    ),
    "subscription_changes": (
        "subscription_changes",
        {"key": ["external_id", "effective_on"], "subscription": "external_id", "account": "account",
         "at": "effective_on", **_TERMS},
    ),
    "invoices": (
        "invoices",
        {"key": "external_id", "account": "account", "issued": "issued_on", "currency": "currency", "due": "due_on",
         "paid": "paid_on", "amount": {"column": "amount_minor", **_MONEY}},
    ),
    "tickets": (
        "tickets",
        {"key": "external_id", "account": "account", "person": "person", "opened": "opened_at",
         "answered": "answered_at", "closed": "closed_at", "escalated_at": "escalated_at", "subject": "subject",
         "priority": "priority", "is_error": "is_error", "satisfaction": "satisfaction",
         "satisfaction_at": "satisfaction_at"},
    ),
    "survey-answers": (
        "surveys",
        {"key": "external_id", "account": "account", "person": "person", "at": "answered_at", "kind": "kind",
         "score": "score", "text": "text"},
    ),
    "churn": (
        "churn",
        {"key": "external_id", "account": "account", "at": "lost_on", "reason": "reason", "feedback": "feedback",
         "is_reactivation": "is_reactivation", "currency": "currency", "amount": {"column": "amount_minor", **_MONEY}},
    ),
}  # fmt: skip


def source_map(kind: Kind, *, by_person: bool) -> SourceMap:
    """The map of one kind; `by_person`: the rows name no account, their person's is meant."""
    role, fields = _ROLES[kind.name]
    said = {name: column for name, column in fields.items() if not (by_person and name == "account")}
    entry = {"file": f"{kind.name}.jsonl", role: said}
    return SourceMap.model_validate({"source": SOURCE, "null_words": [""], "files": {kind.name: entry}})

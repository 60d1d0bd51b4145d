"""How the log's rows read: product use by its own name, business facts in a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tenure.events.contracts import RecordName
from tenure.screens import formats

type Row = Mapping[str, object]
type Properties = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Said:
    """A row in words, with its mark."""

    title: str
    icon: str = "mouse-pointer-click"
    tone: str = ""
    detail: str = ""


def of(row: Row, properties: Properties, currency: str) -> Said:
    """The sentence for a row of the events table. `currency` is the workspace's."""
    write = _RECORDS.get(str(row["name"])) if row["class"] == "record" else None
    return write(row, properties, currency) if write else _usage(row)


def _usage(row: Row) -> Said:
    count, seconds, errors = row["count"], row["seconds"], row["errors"]
    parts = []
    if isinstance(count, float) and count != 1:
        parts.append(f"{formats.number(count)} times")
    if isinstance(seconds, float) and seconds:
        parts.append(formats.seconds(seconds))
    if isinstance(errors, float) and errors:
        parts.append(formats.count(int(errors), "error"))
    return Said(str(row["name"]), tone="warning" if errors else "", detail=", ".join(parts))


def _money(properties: Properties, key: str, currency: str) -> str:
    amount = properties.get(key)
    return formats.minor(amount, str(properties.get("currency") or currency), 0) if isinstance(amount, int) else ""


def _subscription(verb: str, icon: str, tone: str) -> Callable[[Row, Properties, str], Said]:
    def said(row: Row, p: Properties, currency: str) -> Said:
        trial = "Trial" if p.get("is_trial") else "Subscription"
        plan = f" to {p['plan']}" if p.get("plan") else ""
        money = _money(p, "mrr_minor", currency)
        seats = p.get("seats")
        parts = [f"{money} a month" if money else "", f"{seats} seats" if seats else "", str(p.get("id") or "")]
        return Said(f"{trial}{plan} {verb}", icon, tone, " · ".join(part for part in parts if part))

    return said


def _lost(row: Row, p: Properties, currency: str) -> Said:
    reason = f": {p['reason']}" if p.get("reason") else ""
    feedback = f"“{p['feedback']}”" if p.get("feedback") else ""
    return Said(f"Left{reason}", "door-open", "bad", feedback)


def _invoice_issued(row: Row, p: Properties, currency: str) -> Said:
    value = row["value"]
    amount = formats.minor(round(value), str(p.get("currency") or currency)) if isinstance(value, float) else ""
    due = f"due {p['due_on']}" if p.get("due_on") else ""
    return Said(f"Invoice {p.get('id', '')} issued".replace("  ", " "), "receipt", "", " · ".join(x for x in (amount, due) if x))


def _ticket_opened(row: Row, p: Properties, currency: str) -> Said:
    subject = f": {p['subject']}" if p.get("subject") else f" {p.get('id', '')}"
    priority = str(p.get("priority") or "")
    tone = "warning" if priority in ("high", "urgent") else ""
    return Said(f"Ticket opened{subject}", "life-buoy", tone, f"{priority} priority" if priority else "")


def _ticket(verb: str, tone: str) -> Callable[[Row, Properties, str], Said]:
    def said(row: Row, p: Properties, currency: str) -> Said:
        seconds = row["seconds"]
        detail = f"after {formats.seconds(seconds)}" if isinstance(seconds, float) and seconds else ""
        return Said(f"Ticket {p.get('id', '')} {verb}".replace("  ", " "), "life-buoy", tone, detail)

    return said


def _survey(row: Row, p: Properties, currency: str) -> Said:
    kind, top = str(p.get("kind") or "survey").upper(), p.get("max")
    value = row["value"]
    shown = formats.number(value) if isinstance(value, float) else formats.UNKNOWN
    tone = _survey_tone(kind, value) if isinstance(value, float) else ""
    return Said(f"Answered {kind} with {shown}" + (f" of {top}" if top else ""), "message-square-quote", tone, str(p.get("text") or ""))


def _survey_tone(kind: str, value: float) -> str:
    low, high = {"NPS": (6, 9), "CSAT": (2, 4), "CES": (3, 6)}.get(kind, (0, 0))
    if not high:
        return ""
    return "bad" if value <= low else "good" if value >= high else ""


def _plain(title: str, icon: str, tone: str = "") -> Callable[[Row, Properties, str], Said]:
    return lambda row, p, currency: Said(title, icon, tone, str(p.get("id") or ""))


_RECORDS: dict[str, Callable[[Row, Properties, str], Said]] = {
    RecordName.SUBSCRIPTION_STARTED: _subscription("started", "credit-card", "good"),
    RecordName.SUBSCRIPTION_CHANGED: _subscription("changed", "credit-card", ""),
    RecordName.SUBSCRIPTION_ENDED: _subscription("ended", "credit-card", "warning"),
    RecordName.ACCOUNT_LOST: _lost,
    RecordName.ACCOUNT_SIGNED_UP: _plain("Signed up", "flag", "good"),
    RecordName.INVOICE_ISSUED: _invoice_issued,
    RecordName.INVOICE_PAID: _plain("Invoice paid", "receipt", "good"),
    RecordName.TICKET_OPENED: _ticket_opened,
    RecordName.TICKET_CLOSED: _ticket("closed", "good"),
    RecordName.TICKET_ANSWERED: _ticket("answered", ""),
    RecordName.TICKET_ESCALATED: _ticket("escalated", "bad"),
    RecordName.SURVEY_ANSWERED: _survey,
}

"""How the log's rows read: product use by its own name, business facts in a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tenure.events.contracts import RecordName
from tenure.screens import formats

type Properties = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Happening:
    """A row of the log: a business fact (`is_record`) or product use. `seconds` and `value` as in the events table."""

    is_record: bool
    name: str
    at: datetime
    person: int | None
    count: float
    seconds: float | None
    value: float | None
    errors: float | None
    properties: Properties
    key: str


@dataclass(frozen=True, slots=True)
class Said:
    """A row in words, with its mark. `doing`: the same as what its person did, to stand after her name; empty
    where she is not who acted."""

    title: str
    icon: str = "mouse-pointer-click"
    tone: str = ""
    detail: str = ""
    doing: str = ""


def of(row: Happening, currency: str) -> Said:
    """The row in a sentence. `currency` is the workspace's."""
    write = _RECORDS.get(row.name) if row.is_record else None
    return write(row, row.properties, currency) if write else _usage(row)


def _usage(row: Happening) -> Said:
    parts = []
    if row.count != 1:
        parts.append(f"{formats.number(row.count)} times")
    if row.seconds:
        parts.append(formats.seconds(row.seconds))
    if row.errors:
        parts.append(formats.count(int(row.errors), "error"))
    return Said(row.name, tone="warning" if row.errors else "", detail=", ".join(parts), doing=_lower(row.name))


def _lower(name: str) -> str:
    """A name inside a sentence: `logged in`, but `CSV exported`."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def day_or_text(value: object) -> str:
    """A day of the log's properties (`2026-06-30`), as people read it; anything else as it is."""
    try:
        return formats.day(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _money(properties: Properties, key: str, currency: str) -> str:
    amount = properties.get(key)
    return formats.minor(amount, str(properties.get("currency") or currency), 0) if isinstance(amount, int) else ""


def _subscription(verb: str, icon: str, tone: str) -> Callable[[Happening, Properties, str], Said]:
    def said(row: Happening, p: Properties, currency: str) -> Said:
        trial = "Trial" if p.get("is_trial") else "Subscription"
        plan = f" to {p['plan']}" if p.get("plan") else ""
        money = _money(p, "mrr_minor", currency)
        seats = p.get("seats")
        parts = [f"{money} a month" if money else "", f"{seats} seats" if seats else "", str(p.get("id") or "")]
        return Said(f"{trial}{plan} {verb}", icon, tone, " · ".join(part for part in parts if part))

    return said


def _lost(row: Happening, p: Properties, currency: str) -> Said:
    reason = f": {p['reason']}" if p.get("reason") else ""
    feedback = f"“{p['feedback']}”" if p.get("feedback") else ""
    return Said(f"Left{reason}", "door-open", "bad", feedback)


def _invoice_issued(row: Happening, p: Properties, currency: str) -> Said:
    amount = "" if row.value is None else formats.minor(round(row.value), str(p.get("currency") or currency))
    due = f"due {day_or_text(p['due_on'])}" if p.get("due_on") else ""
    return Said(
        f"Invoice {p.get('id', '')} issued".replace("  ", " "), "receipt", "", " · ".join(x for x in (amount, due) if x)
    )


def _ticket_opened(row: Happening, p: Properties, currency: str) -> Said:
    subject = f": {p['subject']}" if p.get("subject") else f" {p.get('id', '')}"
    priority = str(p.get("priority") or "")
    tone = "warning" if priority in ("high", "urgent") else ""
    detail = f"{formats.capital(priority)} priority" if priority else ""
    return Said(f"Ticket opened{subject}", "life-buoy", tone, detail, f"opened a ticket{subject}")


def _ticket(verb: str, tone: str) -> Callable[[Happening, Properties, str], Said]:
    def said(row: Happening, p: Properties, currency: str) -> Said:
        detail = f"After {formats.seconds(row.seconds)}" if row.seconds else ""
        return Said(f"Ticket {p.get('id', '')} {verb}".replace("  ", " "), "life-buoy", tone, detail)

    return said


def _survey(row: Happening, p: Properties, currency: str) -> Said:
    kind, top = str(p.get("kind") or "survey").upper(), p.get("max")
    shown = formats.number(row.value)
    tone = "" if row.value is None else survey_tone(kind, row.value)
    answered = f"nswered {kind} with {shown}" + (f" of {top}" if top else "")
    return Said(f"A{answered}", "message-square-quote", tone, str(p.get("text") or ""), f"a{answered}")


def survey_tone(kind: str, value: float) -> str:
    """`good`, `bad` or nothing, by how each kind of survey is read: NPS promoters from 9, detractors to 6."""
    low, high = {"NPS": (6, 9), "CSAT": (2, 4), "CES": (3, 6)}.get(kind, (0, 0))
    if not high:
        return ""
    return "bad" if value <= low else "good" if value >= high else ""


def _plain(title: str, icon: str, tone: str = "") -> Callable[[Happening, Properties, str], Said]:
    return lambda row, p, currency: Said(title, icon, tone, str(p.get("id") or ""))


_RECORDS: dict[str, Callable[[Happening, Properties, str], Said]] = {
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

"""The part of the facts that reads business records: tickets, invoices, survey answers.

Records are few; a retraction (sign −1) takes its row back from the day it was known. What is open, unpaid or
latest is followed ticket by ticket, invoice by invoice, message by message along the as-of days.
"""

from tenure.measures.compiler.needs import SCALE, Needs
from tenure.measures.compiler.parts import Parts, day
from tenure.measures.compiler.usage import Bounds, Scope, late_in_windows, windows_of
from tenure.measures.spine import in_order

_LATE = "case when u.known_day > c.first_as_of then u.known_day end"


def records_rows(scope: Scope) -> str:
    """The standing columns of the records known by the last as-of day."""
    entity = "e.person" if scope.entity == "person" else "e.account"
    last = day(scope.as_of[-1])
    kept = [f"e.day <= {last}", f"e.known_day <= {last}", "e.class = 'record'"]
    if scope.entity == "person":
        kept.append("e.person is not null")
    if scope.some:
        kept.append(f"{entity} in (select id from wanted)")
    if scope.own:
        kept.append("coalesce(e.person, 0) not in (select person from own_people)")
    names = "'ticket_opened', 'ticket_closed', 'ticket_answered', 'ticket_escalated', 'survey_answered',"
    names += " 'invoice_issued', 'invoice_paid'"
    return (
        f'select {entity} as id, e.day, e.known_day, e."at" as moment, e.name, e.message_id, e.sign, e.seconds,'
        " case when abs(e.value) < 1e15 then e.value end as value,"
        " json_extract_string(e.properties, '$.id') as object,"
        " json_extract_string(e.properties, '$.kind') as kind,"
        " try_cast(json_extract_string(e.properties, '$.max') as double) as top,"
        " try_cast(json_extract_string(e.properties, '$.due_on') as date) as due_on"
        f" from records e where {' and '.join(kept)} and e.name in ({names})"
    )


def record_parts(needs: Needs, scope: Scope, parts: Parts, bounds: Bounds) -> None:
    """Add the tables that answer what `needs` wants of the records."""
    if not (needs.records or needs.last_record or needs.last_value or needs.open_tickets or needs.lapsed):
        return
    parts.add("r_rows", records_rows(scope))
    if needs.records:
        _sums(needs, parts, bounds)
    for alias, condition in sorted(needs.last_record.items()):
        _latest(parts, f"{alias}_last", condition, "u.day")
    for alias, condition in sorted(needs.last_value.items()):
        _latest(parts, f"{alias}_latest", condition, "u.value")
    if needs.open_tickets:
        _open_tickets(parts)
    if needs.lapsed:
        _lapsed(parts)


def _sums(needs: Needs, parts: Parts, bounds: Bounds) -> None:
    sums = sorted(needs.records, key=lambda n: n.alias)
    totals = ", ".join(f"sum(u.sign * ({n.sql})) as {n.alias}" for n in sums)
    parts.add(
        "r_cells",
        f"select u.id, c.segment, {_LATE} as late_day, {totals} from r_rows u join r_calendar c on c.day = u.day"
        f" group by u.id, c.segment, {_LATE}",
    )
    listed = [(n.alias, w) for n in sums for w in in_order(needs.records[n])]
    scaled = {n.alias: f"round(u.{n.alias} * {SCALE})" for n in sums}
    windows_of(parts, "r", listed, scaled, bounds)
    late_in_windows(parts, "r_cells", "r", listed, scaled, where="u.late_day is not null")


def _latest(parts: Parts, column: str, condition: str, value: str) -> None:
    """The value of the newest record that stands on each as-of day."""
    parts.add(
        f"{column}_standing",
        f"select u.id, o.ordinal, u.message_id, u.moment, {value} as value from r_rows u"
        " join as_of_days o on o.as_of >= greatest(u.day, u.known_day)"
        f" where {condition} group by u.id, o.ordinal, u.message_id, u.moment, {value} having sum(u.sign) > 0",
    )
    parts.add(
        f"{column}_ranked",
        "select u.id, u.ordinal, u.value, row_number() over (partition by u.id, u.ordinal"
        f" order by u.moment desc, u.message_id desc) as place from {column}_standing u",
    )
    parts.add(f"{column}_held", f"select u.id, u.ordinal, u.value as {column} from {column}_ranked u where u.place = 1")
    parts.holds(f"{column}_held", [column])


def _open_tickets(parts: Parts) -> None:
    """A ticket is open while it was opened more often than closed."""
    parts.add(
        "ticket_moves",
        "select u.id, u.object, coalesce(a.ordinal, 0) as ordinal,"
        " sum(case when u.name = 'ticket_opened' then u.sign else -u.sign end) as opened"
        " from r_rows u left join arrivals a on a.day = greatest(u.day, u.known_day)"
        " where u.name in ('ticket_opened', 'ticket_closed') group by u.id, u.object, coalesce(a.ordinal, 0)",
    )
    over = "over (partition by u.id, u.object order by u.ordinal)"
    parts.add("ticket_states", f"select u.*, sum(u.opened) {over} as so_far from ticket_moves u")
    parts.add(
        "open_moves",
        "select u.id, u.ordinal, sum(case when u.so_far > 0 then 1 else 0 end"
        " - case when u.so_far - u.opened > 0 then 1 else 0 end) as tickets_now from ticket_states u"
        " group by u.id, u.ordinal",
    )
    parts.moves("open_moves", sums=["tickets_now"])


def _lapsed(parts: Parts) -> None:
    """The earliest due day of the invoices that are issued and not paid."""
    parts.add(
        "invoice_moves",
        "select u.id, u.object, coalesce(a.ordinal, 0) as ordinal,"
        " sum(case when u.name = 'invoice_issued' then u.sign else 0 end) as issued,"
        " sum(case when u.name = 'invoice_paid' then u.sign else 0 end) as paid,"
        " max(u.due_on) as due_on"
        " from r_rows u left join arrivals a on a.day = greatest(u.day, u.known_day)"
        " where u.name in ('invoice_issued', 'invoice_paid') group by u.id, u.object, coalesce(a.ordinal, 0)",
    )
    over = "over (partition by u.id, u.object order by u.ordinal)"
    parts.add(
        "invoice_states",
        f"select u.id, u.object, u.ordinal, sum(u.issued) {over} as issued, sum(u.paid) {over} as paid,"
        f" max(u.due_on) {over} as due_on, lead(u.ordinal) {over} as until from invoice_moves u",
    )
    parts.add(
        "lapsed_held",
        "select u.id, o.ordinal, min(u.due_on) as due_since from invoice_states u join as_of_days o"
        " on o.ordinal >= u.ordinal and o.ordinal < coalesce(u.until, 2147483647) and u.due_on < o.as_of"
        " where u.issued > 0 and u.paid <= 0 group by u.id, o.ordinal",
    )
    parts.holds("lapsed_held", ["due_since"])

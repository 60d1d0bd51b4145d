"""The facts by plain counting: slow, obvious, and what the query has to agree with."""

from collections import Counter
from datetime import date, timedelta

from tenure.measures.compiler.names import name_set
from tenure.measures.contracts import Entity
from tenure.measures.document import Features, Measure, Surveys, Tickets, Usage
from tenure.measures.tests.worlds import Event, World


def rows_of(world: World, entity: Entity, ident: int, as_of: date) -> list[Event]:
    """Everything known of an entity at `as_of`, without our own people."""
    return [
        e
        for e in world.events
        if (e.account if entity == "account" else e.person) == ident
        and e.person not in world.own
        and e.day <= as_of
        and e.known_day <= as_of
    ]


def value(world: World, entity: Entity, ident: int, measure: Measure, as_of: date) -> tuple[float | None, float | None]:
    """A measure and its value in the window before, for a source that always delivered."""
    began = (world.accounts if entity == "account" else world.people)[ident]
    assert began is not None
    known = rows_of(world, entity, ident, as_of)
    if measure.window is None:
        return _moment(known, measure, as_of), None
    now = _windowed(known, measure, as_of - timedelta(days=measure.window), as_of)
    before = _windowed(
        known, measure, as_of - timedelta(days=2 * measure.window), as_of - timedelta(days=measure.window)
    )
    if (
        now == 0
        and measure.aggregate not in ("nps", "share", "average")
        and began > as_of - timedelta(days=measure.window)
    ):
        now = None
    if began > as_of - timedelta(days=2 * measure.window):
        before = None
    return now, before


def _standing(rows: list[Event], key: str) -> list[object]:
    """Which values of a column have more rows than were taken back."""
    counter: Counter[object] = Counter()
    for e in rows:
        counter[getattr(e, key)] += e.sign
    return [k for k, n in counter.items() if n > 0]


def _windowed(  # noqa: C901 -- a table of aggregates
    known: list[Event], measure: Measure, first: date, last: date
) -> float | None:
    counts = measure.counts
    rows = [e for e in known if first <= e.day < last]
    if isinstance(counts, Usage | Features):
        names = name_set(counts)
        rows = [e for e in rows if e.record is None and names.weight(e.name) is not None]
        match measure.aggregate:
            case "count":
                return sum(e.sign * e.count for e in rows)
            case "minutes":
                return sum(e.sign * (e.seconds or 0) for e in rows) / 60
            case "errors":
                return sum(e.sign * (e.errors or 0) for e in rows)
            case "sum":
                return sum(e.sign * (e.value or 0) for e in rows)
            case "average":
                valued = sum(e.sign for e in rows if e.value is not None)
                return sum(e.sign * (e.value or 0) for e in rows) / valued if valued > 0 else None
            case "days":
                return len(_standing(rows, "day"))
            case "people":
                return len(_standing([e for e in rows if e.person], "person"))
            case "features":
                return len(_standing(rows, "name"))
            case "utilisation":
                return sum(names.weight(str(n)) or 0 for n in _standing(rows, "name")) / names.total
    if isinstance(counts, Tickets):
        return sum(e.sign for e in rows if e.name == f"ticket_{counts.event}")
    assert isinstance(counts, Surveys)
    answers = [e for e in rows if e.name == "survey_answered" and (e.record or {})["kind"] == counts.survey]
    n = sum(e.sign for e in answers)
    if measure.aggregate == "count":
        return n
    if n <= 0:
        return None
    if measure.aggregate == "nps":
        return sum(e.sign * ((_score(e) >= 9) - (_score(e) <= 6)) for e in answers) * 100 / n
    return sum(e.sign * (_score(e) >= 4) for e in answers) / n


def _score(event: Event) -> float:
    assert event.value is not None
    return event.value


def _moment(known: list[Event], measure: Measure, as_of: date) -> float | None:
    counts = measure.counts
    if isinstance(counts, Usage):
        rows = [e for e in known if e.record is None and name_set(counts).weight(e.name) is not None]
        days = [day for day in _standing(rows, "day") if isinstance(day, date)]
        return (as_of - max(days)).days if days else None
    if measure.aggregate == "open":
        tickets: Counter[object] = Counter()
        for e in known:
            if e.record is not None and e.name in ("ticket_opened", "ticket_closed"):
                tickets[e.record["id"]] += e.sign if e.name == "ticket_opened" else -e.sign
        return sum(n > 0 for n in tickets.values())
    if measure.aggregate == "count":
        assert isinstance(counts, Tickets)
        return sum(e.sign for e in known if e.name == f"ticket_{counts.event}" and e.day < as_of)
    issued: Counter[object] = Counter()
    due: dict[object, date] = {}
    for e in known:
        if e.record is not None and e.name in ("invoice_issued", "invoice_paid"):
            issued[e.record["id"], e.name] += e.sign
            if "due_on" in e.record:
                due[e.record["id"]] = date.fromisoformat(str(e.record["due_on"]))
    late = [d for i, d in due.items() if issued[i, "invoice_issued"] > 0 >= issued[i, "invoice_paid"] and d < as_of]
    return (as_of - min(late)).days if late else 0

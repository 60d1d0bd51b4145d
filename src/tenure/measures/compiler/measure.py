"""A measure as SQL: its value and the value of the window before, over the columns that `Needs` promises.

Aliases in the answers: `e` the entity, `o` the as-of day, `r` what is summed up and kept, `s0`… the account's
subscriptions so many days ago, `t` the traits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import assert_never

from tenure.measures.compiler.names import name_set
from tenure.measures.compiler.needs import Member, Needs, UsageColumn
from tenure.measures.document import (
    Features,
    Invoices,
    Measure,
    Measures,
    Subscription,
    Surveys,
    Tenure,
    Tickets,
    Trait,
    Usage,
)
from tenure.measures.spine import Window

type Value = Callable[[Window], str]

NULL = "cast(null as double)"
_TICKETS = {
    "opened": "ticket_opened", "closed": "ticket_closed", "answered": "ticket_answered",
    "escalated": "ticket_escalated",
}  # fmt: skip
_ANSWERED = "u.name = 'survey_answered' and u.value is not null and u.kind = "


@dataclass(frozen=True, slots=True)
class Columns:
    """SQL of a measure's value and of the window before; NULL where unknown."""

    value: str
    previous: str = NULL


@dataclass(frozen=True, slots=True)
class Compiling:
    """The measures of one run, with the clock that each lives by."""

    measures: Mapping[str, Measure]
    clocks: Mapping[str, int]
    needs: Needs

    def columns(self, key: str) -> Columns:
        """The columns of measure `key`."""
        measure, clock = self.measures[key], self.clocks[key]
        counts = measure.counts
        match counts:
            case Usage() | Features():
                return _usage(measure, counts, clock, self.needs)
            case Tickets():
                return _tickets(measure, counts, clock, self.needs)
            case Surveys():
                return _surveys(measure, counts, clock, self.needs)
            case Invoices():
                return _lapsed(clock, self.needs)
            case Subscription():
                return self.subscription(counts, measure)
            case Tenure():
                return Columns("cast(date_diff('day', e.began, o.as_of) as double)")
            case Trait():
                return Columns(f"try_cast({self.needs.trait(counts.trait)} as double)")
            case Measures():
                return self.ratio(counts)
        assert_never(counts)

    def subscription(self, counts: Subscription, measure: Measure) -> Columns:
        """The account's state now, or how much it grew since `window` days ago."""
        now = _double(self.needs.state(counts.field, 0))
        if measure.aggregate == "now" or measure.window is None:
            return Columns(now)
        days = measure.window
        before = _double(self.needs.state(counts.field, days))
        if not self.needs.before:
            return Columns(_relative(now, before))
        earlier = _double(self.needs.state(counts.field, 2 * days))
        return Columns(_relative(now, before), _relative(before, earlier))

    def ratio(self, counts: Measures) -> Columns:
        """One measure over another; over a state, the window before is divided by the state before it."""
        of, over = self.columns(counts.of), self.columns(counts.over)
        days, under = self.measures[counts.of].window, self.measures[counts.over]
        if not self.needs.before:
            return Columns(_ratio(of.value, over.value))
        earlier = over.previous
        if isinstance(under.counts, Subscription) and under.aggregate == "now" and days is not None:
            earlier = _double(self.needs.state(under.counts.field, days))
        return Columns(_ratio(of.value, over.value), _ratio(of.previous, earlier))


_COLUMNS: Mapping[str, UsageColumn] = {
    "count": "events", "errors": "errors", "sum": "value", "days": "active", "minutes": "seconds", "average": "value",
    "average_minutes": "seconds",
}  # fmt: skip
_MEMBERS: Mapping[str, Member] = {"people": "person", "features": "name", "utilisation": "name"}


def _usage(measure: Measure, counts: Usage | Features, clock: int, needs: Needs) -> Columns:
    names, how = name_set(counts), measure.aggregate
    if how == "days_since":
        return Columns(f"cast(date_diff('day', {needs.last_use(names)}, o.at_c{clock}) as double)")

    def value(window: Window) -> str:
        if how in _MEMBERS:
            weighted = how == "utilisation"
            count = needs.distinct_count(names, _MEMBERS[how], window, weighted=weighted)
            return f"({count} / {names.total!r})" if weighted else count
        total = needs.usage_sum(names, _COLUMNS[how], window)
        if how in ("minutes", "average_minutes"):
            total = f"({total} / 60.0)"
        if how == "average":
            return _ratio(total, needs.usage_sum(names, "valued", window))
        return _ratio(total, needs.usage_sum(names, "rows", window)) if how == "average_minutes" else total

    return _windowed(measure, clock, needs, value)


def _tickets(measure: Measure, counts: Tickets, clock: int, needs: Needs) -> Columns:
    name = _TICKETS[counts.event]
    is_event = f"u.name = '{name}'"
    match measure.aggregate:
        case "open":
            needs.open_tickets = True
            window = Window(clock, None)
            return Columns(
                f"case when {needs.old_enough(window, 0)} then cast(coalesce(r.tickets_now, 0) as double) end"
            )
        case "days_since":
            return Columns(f"cast(date_diff('day', {needs.last_day(name, is_event)}, o.at_c{clock}) as double)")
        case "count":
            return _windowed(
                measure, clock, needs,
                lambda w: needs.record_sum(f"{name}_n", f"case when {is_event} then 1 else 0 end", w),
            )  # fmt: skip
        case _:
            timed = f"{is_event} and u.seconds is not null"

            def minutes(window: Window) -> str:
                total = needs.record_sum(f"{name}_s", f"case when {timed} then u.seconds else 0 end", window)
                count = needs.record_sum(f"{name}_timed", f"case when {timed} then 1 else 0 end", window)
                return _ratio(f"({total} / 60.0)", count)

            return _windowed(measure, clock, needs, minutes)


def _surveys(measure: Measure, counts: Surveys, clock: int, needs: Needs) -> Columns:
    kind = counts.survey
    answered = f"{_ANSWERED}'{kind}'"

    def counted(alias: str, condition: str, window: Window) -> str:
        return needs.record_sum(f"{kind}_{alias}", f"case when {condition} then 1 else 0 end", window)

    def value(window: Window) -> str:
        n = counted("n", answered, window)
        match measure.aggregate:
            case "count":
                return n
            case "share":
                return _ratio(counted("good", f"{answered} and u.value >= 0.8 * coalesce(u.top, 5)", window), n)
            case "nps":
                for_us = counted("for", f"{answered} and u.value >= 9", window)
                against = counted("against", f"{answered} and u.value <= 6", window)
                return _ratio(f"(100.0 * ({for_us} - {against}))", n)
            case _:
                total = needs.record_sum(f"{kind}_sum", f"case when {answered} then u.value else 0 end", window)
                return _ratio(total, n)

    if measure.aggregate == "last":
        return Columns(_double(needs.latest(kind, answered)))
    if measure.aggregate == "days_since":
        return Columns(f"cast(date_diff('day', {needs.last_day(kind, answered)}, o.at_c{clock}) as double)")
    return _windowed(measure, clock, needs, value)


def _lapsed(clock: int, needs: Needs) -> Columns:
    needs.lapsed = True
    lapsed = f"coalesce(date_diff('day', r.due_since, o.at_c{clock}), 0)"
    return Columns(f"case when {needs.old_enough(Window(clock, None), 0)} then cast({lapsed} as double) end")


# What is not a total: nothing to average or share is unknown, whatever the source delivers.
_SHARES = {"average", "average_minutes", "share", "nps"}


def _windowed(measure: Measure, clock: int, needs: Needs, value: Value) -> Columns:
    """The value in the window, and in the one before, by the rule of what is missing (docs/measures.md)."""
    window = Window(clock, measure.window)
    now = value(window)
    zero = "0.0" if measure.missing == "zero" else NULL
    if measure.aggregate in _SHARES:
        known = _double(now)
    else:
        nothing = f"when {needs.old_enough(window, 1)} then {zero} " if measure.missing == "zero" else ""
        known = f"case when {now} <> 0 then {_double(now)} {nothing}end"
    if window.days is None or not needs.before:
        return Columns(known)
    before = value(Window(clock, measure.window, 1))
    old = needs.old_enough(window, 2)
    if measure.aggregate in _SHARES:
        return Columns(known, f"case when {old} then {_double(before)} end")
    if measure.missing == "zero":
        return Columns(known, f"case when {old} then coalesce({_double(before)}, 0.0) end")
    return Columns(known, f"case when {old} and {before} <> 0 then {_double(before)} end")


def _double(sql: str) -> str:
    return f"cast({sql} as double)"


def _ratio(over: str, under: str) -> str:
    """A quotient; unknown when there is nothing to divide by."""
    return f"case when {under} > 0 then cast({over} as double) / {under} end"


def _relative(now: str, before: str) -> str:
    """Relative growth; unknown from nothing."""
    return f"case when {before} > 0 then ({now} - {before}) / {before} end"

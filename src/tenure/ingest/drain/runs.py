"""One run of the drain: what its batches say is decided, written, appended, counted; and all of it can be repeated.

The appending of events is the point of no return. Before it, everything a run writes is either an upsert or carries
the run's number, so that a run that died is undone and decided anew from the same batches. After it, nothing is
decided again: what remains to be written was written down before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np
import pyarrow as pa
from django.db import transaction
from numpy.typing import NDArray

from tenure.base import clock
from tenure.customers.contracts import TraitChange
from tenure.events import actions as events
from tenure.events.queries import Lake
from tenure.ingest import duplicates, inbox
from tenure.ingest.drain import parking, refusing, rows, state
from tenure.ingest.drain.ahead import Ahead
from tenure.ingest.drain.attributing import attribute
from tenure.ingest.drain.days import dated, day_number, days
from tenure.ingest.drain.flat import flat
from tenure.ingest.drain.hearing import Heard, hear
from tenure.ingest.drain.lines import lines
from tenure.ingest.drain.models import EventReject, PendingTraits
from tenure.ingest.drain.quarantine import NOT_THEIR_FAULT, sift
from tenure.ingest.drain.rows import HISTORY, TraitRow, delivered, trait_table
from tenure.ingest.drain.summary import Column, Outcome, Summary, look, newest
from tenure.ingest.identity import lookups, rules, writing
from tenure.ingest.identity.contracts import Decision, Known, Resolved, Said
from tenure.ingest.inbox import Row
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import WorkspaceView

WRITER = "drain"
EVENTS_A_RUN = 50_000
TRAITS_A_ROW = 2_000

_encode, _decode = msgspec.json.encode, msgspec.json.Decoder(list[TraitRow]).decode


def _nothing(_step: str) -> None:
    """Nobody watches."""


@dataclass(slots=True)
class Watch:
    """Who is told of each step a run has passed. For tests that kill it there."""

    passed: Callable[[str], None] = _nothing


watch = Watch()


@dataclass(slots=True)
class Run:
    """A run in the making. `sweep` has what may leave the parking place beside what the run's messages free."""

    view: WorkspaceView
    lake: Lake
    number: int
    fencing: int
    sweep: Sequence[parking.Release] = ()
    summary: Summary = field(default_factory=Summary)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    rejects: list[EventReject] = field(default_factory=list)
    kept_traits: list[int] = field(default_factory=list)
    batches: int = 0
    taken: int = 0
    ahead: Ahead | None = None

    def first(self) -> None:
        """A run that nobody began before."""
        state.begin(run=self.number, fencing=self.fencing)
        asked = self.ahead.asked() if self.ahead is not None else ()
        batches = inbox.claim(self.view.id, self.number, EVENTS_A_RUN, asked=asked)
        if self.ahead is not None:
            unread = [batch for batch in batches if batch.body]
            self.ahead.offer(unread[: len(unread) // 2])
            self.ahead.look()
        self._decide_and_append(batches)

    def again(self) -> None:
        """A run that died: finished when its events are in the log, else undone and decided anew."""
        state.begin(run=self.number, fencing=self.fencing)
        if self._append_events(rows.table([], zone=self.view.timezone, currency=self.view.currency)):
            self.summary = msgspec.json.decode(bytes(state.current().summary), type=Summary)
            self._finish()
            return
        parking.undo(self.number)
        refusing.undo(self.number)
        duplicates.forget(self.view.id, run=self.number)
        # Whom the dead run joined or moved is no news any more, so all that waits is looked at.
        self.sweep = parking.swept()
        batches = inbox.of_run(self.view.id, self.number)
        self._decide_and_append(batches or inbox.claim(self.view.id, self.number, EVENTS_A_RUN))

    def _decide_and_append(self, batches: list[Row]) -> None:
        self.batches = len(batches)
        self._append_events(self._decided(batches))
        self._finish()

    def _decided(self, batches: list[Row]) -> pa.Table:
        """The events, after all that has to be written before they are appended. Nothing else of the run is left."""
        watch.passed("claimed")
        try:
            heard, known, decision = self._understood(batches)
        except NOT_THEIR_FAULT:
            raise
        except Exception:
            sound, culprits = sift(self.view.id, inbox.of_run(self.view.id, self.number))
            if not culprits:
                raise
            self._set_aside(culprits)
            heard, known, decision = self._understood(sound)
        self.taken = int(heard.new.sum())
        self._count(heard)
        resolved = writing.write(decision, known, keep=self._keep_traits)
        watch.passed("identity")
        row_of = {id(message): row for row, (message, _) in heard.telling()}
        refused = {row_of[id(each.message)] for each in decision.refusals if not each.partial}
        for each in decision.refusals:
            self.summary.count(each.sender.source, each.sender.received_at, "rejected")
        self.outcomes |= dict.fromkeys(refused, "rejected")
        self.rejects += refusing.refusals(decision.refusals, run=self.number)
        attributed, waiting = self._attributed(heard, resolved)
        releases, released = self._released(resolved)
        refusing.keep(self.rejects)
        parking.park(waiting, run=self.number)
        parking.claim(releases, run=self.number)
        duplicates.keep(self.view.id, heard.days(but=refused), run=self.number)
        table = rows.table([attributed, *released], zone=self.view.timezone, currency=self.view.currency)
        self._summarise(table, heard, people=bool(decision.people), accounts=bool(decision.accounts))
        state.keep_summary(msgspec.json.encode(self.summary), run=self.number, fencing=self.fencing)
        watch.passed("decided")
        return table

    def _understood(self, batches: list[Row]) -> tuple[Heard, Known, Decision]:
        """What the batches say, and what that changes. Writes nothing."""
        heard = hear(self.view.id, batches, self.ahead)
        voices = heard.voices()
        known = lookups.known(rules.asked(voices))
        return heard, known, rules.decide(voices, known)

    def _set_aside(self, culprits: Iterable[tuple[Row, str]]) -> None:
        for batch, error in culprits:
            self.rejects.append(refusing.whole(batch, error, run=self.number))
            self.summary.receive(batch.source, batch.received_at)
            for column in ("messages", "rejected"):
                self.summary.count(batch.source, batch.received_at, column, batch.events)

    def _count(self, heard: Heard) -> None:
        """Count what was heard, and make rejects of what could not be read."""
        said = heard.counted(np.ones(len(heard.new), bool))
        for batch, refused, count in zip(heard.batches, heard.refused, said, strict=True):
            self.summary.receive(batch.source, batch.received_at)
            self.rejects += refusing.unread(batch, refused, run=self.number)
            self.summary.count(batch.source, batch.received_at, "messages", count + len(refused))
            if refused:
                self.summary.count(batch.source, batch.received_at, "rejected", len(refused))
        self._count_by_batch(heard, ~heard.new, "duplicates")
        self.outcomes |= dict.fromkeys(np.flatnonzero(~heard.new).tolist(), "duplicate")

    def _count_by_batch(self, heard: Heard, which: NDArray[np.bool_], column: Column) -> None:
        for batch, count in zip(heard.batches, heard.counted(which), strict=True):
            if count:
                self.summary.count(batch.source, batch.received_at, column, count)

    def _attributed(self, heard: Heard, resolved: Resolved) -> tuple[rows.Attributed, list[parking.Parked]]:
        """The events that have an account, and those that have to wait for one."""
        received = days([batch.received_at for batch in heard.batches], self.view.timezone).tolist()
        floors = [None if batch.kind == HISTORY else day for batch, day in zip(heard.batches, received, strict=True)]
        found = attribute(heard, resolved)
        waiting: list[parking.Parked] = []
        for row, reason in found.waiting:
            message, sender, day = heard.lines.message(row), heard.lines.sender(row), received[heard.lines.of[row]]
            who = rules.person_of((message.user_id, message.anonymous_id, message.group_id), resolved)
            waiting.append(parking.Parked(message, sender, reason, who, dated(day)))
            self.summary.count(sender.source, sender.received_at, "parked")
            self.outcomes[row] = "parked"
        taken = np.zeros(len(heard.new), bool)
        taken[found.rows] = True
        self._count_by_batch(heard, taken, "events")
        return rows.Attributed(heard.lines, found.rows, found.people, found.accounts, floors), waiting

    def _released(self, resolved: Resolved) -> tuple[list[parking.Release], list[rows.Attributed]]:
        """What waited and has an account now is known from today on."""
        found = [*{each.id: each for each in (*self.sweep, *parking.releasable(resolved))}.values()]
        for each in found:
            self.summary.count(each.kept.source, clock.now(), "released")
        if not found:
            return [], []
        said = lines([(each.kept, flat([each.kept.message], (), workspace=self.view.id)) for each in found])
        people = np.array([rows.NOBODY if each.person is None else each.person for each in found], np.int64)
        accounts = np.array([each.account for each in found], np.int64)
        today = day_number(clock.today(self.view.timezone))
        return found, [rows.Attributed(said, np.arange(len(found)), people, accounts, [today] * len(found))]

    def _keep_traits(self, changes: Iterable[tuple[TraitChange, Said]]) -> None:
        """Called inside the transaction that changes the traits."""
        said = [
            TraitRow(
                change.entity, change.id, change.key, None if change.value is None else _encode(change.value).decode(),
                message.at, sender.received_at, sender.kind == HISTORY, sender.source,
            )
            for change, (message, sender) in changes
        ]  # fmt: skip
        for first in range(0, len(said), TRAITS_A_ROW):
            body = _encode(said[first : first + TRAITS_A_ROW])
            self.kept_traits.append(PendingTraits.objects.create(run=self.number, body=body).pk)

    def _summarise(self, table: pa.Table, heard: Heard, *, people: bool, accounts: bool) -> None:
        today = tenants.as_of_day(self.view)
        for source, kinds in delivered(table, max(today, clock.today(self.view.timezone))).items():
            self.summary.deliver(source, kinds)
        for source in self.summary.received:
            said: Mapping[str, bool] = {"people": people, "accounts": accounts, "traits": bool(self.kept_traits)}
            self.summary.deliver(source, {kind: (None, today) for kind, present in said.items() if present})
        self.summary.seen = look(heard)
        self.summary.newest = newest(heard, self.outcomes)

    def _append_events(self, table: pa.Table) -> bool:
        """Append them; whether this run's events had been appended before."""
        return events.append(self.lake, "events", table, writer=WRITER, run=self.number).repeated

    def _finish(self) -> None:
        """All that is left once the events are in the log."""
        watch.passed("events")
        changes = [
            change
            for body in PendingTraits.objects.filter(run__lte=self.number).order_by("id").values_list("body", flat=True)
            for change in _decode(bytes(body))
        ]
        if changes:
            table = trait_table(changes, self.view.timezone)
            repeated = events.append(self.lake, "traits", table, writer=WRITER, run=self.number).repeated
            if repeated:  # what this attempt changed besides comes with the next run
                PendingTraits.objects.filter(pk__in=self.kept_traits).update(run=self.number + 1)
        watch.passed("traits")
        with transaction.atomic():
            self.summary.write()
            parking.remove_claimed(self.number)
            state.end(run=self.number, fencing=self.fencing)
        watch.passed("counted")
        inbox.done(self.view.id, self.number)
        watch.passed("done")

"""One run of the drain: what its batches say is decided, written, appended, counted; and all of it can be repeated.

The appending of events is the point of no return. Before it, everything a run writes is either an upsert or carries
the run's number, so that a run that died is undone and decided anew from the same batches. After it, nothing is
decided again: what remains to be written was written down before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec
from django.db import transaction

from tenure.base import clock
from tenure.base.refusals import Refusal as Refused
from tenure.customers.contracts import TraitChange
from tenure.events import actions as events
from tenure.events.contracts import EVENTS
from tenure.events.queries import Lake
from tenure.ingest import duplicates, inbox
from tenure.ingest.dialects.segment import read
from tenure.ingest.drain import parking, refusing, state
from tenure.ingest.drain.days import dated, day_number, days
from tenure.ingest.drain.models import EventReject, PendingTraits
from tenure.ingest.drain.rows import HISTORY, EventRows, TraitRow, trait_table
from tenure.ingest.drain.summary import Summary, Tape
from tenure.ingest.identity import lookups, rules, writing
from tenure.ingest.identity.contracts import Resolved, Said
from tenure.ingest.inbox import Row
from tenure.ingest.messages import Message
from tenure.ingest.messages import Refused as RefusedEvent
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import WorkspaceView

WRITER = "drain"
EVENTS_A_RUN = 20_000
TRAITS_A_ROW = 2_000
_EVENTS = frozenset({"track", "page", "screen"})

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
    tape: Tape = field(default_factory=Tape)
    rejects: list[EventReject] = field(default_factory=list)
    kept_traits: list[int] = field(default_factory=list)
    taken: int = 0

    def first(self) -> None:
        """A run that nobody began before."""
        state.begin(run=self.number, fencing=self.fencing)
        self._decide_and_append(inbox.claim(self.view.id, self.number, EVENTS_A_RUN))

    def again(self) -> None:
        """A run that died: finished when its events are in the log, else undone and decided anew."""
        state.begin(run=self.number, fencing=self.fencing)
        if self._append_events(EventRows(self.view.timezone, self.view.currency)):
            self.summary = msgspec.json.decode(bytes(state.current().summary), type=Summary)
            self._finish()
            return
        parking.undo(self.number)
        refusing.undo(self.number)
        duplicates.forget(self.view.id, run=self.number)
        rows = inbox.of_run(self.view.id, self.number)
        self._decide_and_append(rows or inbox.claim(self.view.id, self.number, EVENTS_A_RUN))

    def _decide_and_append(self, batches: Sequence[Row]) -> None:
        watch.passed("claimed")
        said, hashes = self._heard(batches)
        known = lookups.known(rules.asked(said))
        decision = rules.decide(said, known)
        resolved = writing.write(decision, known, keep=self._keep_traits)
        watch.passed("identity")
        refused = {id(each.message) for each in decision.refusals if not each.partial}
        for each in decision.refusals:
            self.summary.count(each.sender.source, each.sender.received_at, "rejected")
            if not each.partial:
                self.tape.of(each.sender.source).append((each.message, each.sender, "rejected"))
        self.rejects += refusing.refusals(decision.refusals, run=self.number)
        rows, waiting = self._attributed(said, batches, resolved, refused)
        releases = self._released(resolved, rows)
        refusing.keep(self.rejects)
        parking.park(waiting, run=self.number)
        parking.claim(releases, run=self.number)
        remembered: dict[date, list[bytes]] = {}
        for (message, sender), each_hash in zip(said, hashes, strict=True):
            if id(message) not in refused:
                remembered.setdefault(sender.received_at.date(), []).append(each_hash)
        duplicates.remember(self.view.id, remembered, run=self.number)
        self._summarise(rows, people=bool(decision.people), accounts=bool(decision.accounts))
        state.keep_summary(msgspec.json.encode(self.summary), run=self.number, fencing=self.fencing)
        watch.passed("decided")
        self._append_events(rows)
        self._finish()

    def _heard(self, batches: Sequence[Row]) -> tuple[list[Said], list[bytes]]:
        """The messages that are new, with their hashes; what cannot be read becomes rejects."""
        said: dict[bytes, Said] = {}
        doubled: list[Said] = []
        for batch in batches:
            self.summary.receive(batch.source, batch.received_at)
            messages, refused = _read(batch)
            self.rejects += refusing.unread(batch, refused, run=self.number)
            self.summary.count(batch.source, batch.received_at, "messages", len(messages) + len(refused))
            if refused:
                self.summary.count(batch.source, batch.received_at, "rejected", len(refused))
            for message in messages:
                each = duplicates.digest(self.view.id, message.message_id)
                if each in said:
                    doubled.append((message, batch))
                else:
                    said[each] = message, batch
        self.taken = len(said)
        before = duplicates.seen_before(self.view.id, list(said), today=clock.now().date())
        doubled += [said.pop(each) for each in list(said) if each in before]
        for message, sender in doubled:
            self.summary.count(sender.source, sender.received_at, "duplicates")
            self.tape.of(sender.source).append((message, sender, "duplicate"))
        return list(said.values()), list(said)

    def _attributed(
        self, said: Sequence[Said], batches: Sequence[Row], resolved: Resolved, refused: set[int]
    ) -> tuple[EventRows, list[parking.Parked]]:
        """The events that have an account, and those that have to wait for one."""
        rows = EventRows(self.view.timezone, self.view.currency)
        received = days([batch.received_at for batch in batches], self.view.timezone).tolist()
        floors = {id(b): None if b.kind == HISTORY else day for b, day in zip(batches, received, strict=True)}
        day_of = {id(b): day for b, day in zip(batches, received, strict=True)}
        waiting: list[parking.Parked] = []
        counts: dict[int, int] = {}
        for message, sender in said:
            tape = self.tape.of(sender.source)
            if message.type not in _EVENTS:
                if id(message) not in refused:
                    tape.append((message, sender, "taken"))
                continue
            answer = rules.attribute(message, resolved)
            if isinstance(answer, tuple):
                rows.add(message, sender, person=answer[0], account=answer[1], floor=floors[id(sender)])
                counts[id(sender)] = counts.get(id(sender), 0) + 1
                tape.append((message, sender, "stored"))
            else:
                person = rules.person_of(message, resolved)
                waiting.append(parking.Parked(message, sender, answer, person, dated(day_of[id(sender)])))
                self.summary.count(sender.source, sender.received_at, "parked")
                tape.append((message, sender, "parked"))
        for batch in batches:
            if id(batch) in counts:
                self.summary.count(batch.source, batch.received_at, "events", counts[id(batch)])
        return rows, waiting

    def _released(self, resolved: Resolved, rows: EventRows) -> list[parking.Release]:
        """What waited and has an account now is known from today on."""
        found = {each.id: each for each in (*self.sweep, *parking.releasable(resolved))}
        today = day_number(clock.today(self.view.timezone))
        for each in found.values():
            rows.add(each.kept.message, each.kept, person=each.person, account=each.account, floor=today)
            self.summary.count(each.kept.source, clock.now(), "released")
        return list(found.values())

    def _keep_traits(self, changes: Iterable[tuple[TraitChange, Said]]) -> None:
        """Called inside the transaction that changes the traits."""
        rows = [
            TraitRow(
                change.entity, change.id, change.key, None if change.value is None else _encode(change.value).decode(),
                message.at, sender.received_at, sender.kind == HISTORY, sender.source,
            )
            for change, (message, sender) in changes
        ]  # fmt: skip
        for first in range(0, len(rows), TRAITS_A_ROW):
            body = _encode(rows[first : first + TRAITS_A_ROW])
            self.kept_traits.append(PendingTraits.objects.create(run=self.number, body=body).pk)

    def _summarise(self, rows: EventRows, *, people: bool, accounts: bool) -> None:
        today = tenants.as_of_day(self.view)
        for source, kinds in rows.delivered(max(today, clock.today(self.view.timezone))).items():
            self.summary.deliver(source, kinds)
        for source in self.summary.received:
            said: Mapping[str, bool] = {"people": people, "accounts": accounts, "traits": bool(self.kept_traits)}
            self.summary.deliver(source, {kind: (None, today) for kind, present in said.items() if present})
        self.summary.newest = self.tape.newest()

    def _append_events(self, rows: EventRows) -> bool:
        """Append them; whether this run's events had been appended before."""
        table = rows.table() if rows.at else EVENTS.empty_table().drop_columns(["month"])
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


def _read(batch: Row) -> tuple[Sequence[Message], Sequence[RefusedEvent]]:
    seed = f"{batch.received_at.isoformat()}:{batch.id}"
    try:
        reading = read(batch.body, kind=batch.kind, received_at=batch.received_at, message_id_seed=seed)
    except Refused as error:
        return (), (RefusedEvent(index=0, reason="unreadable", detail=error.message, raw=batch.body[:4_096]),)
    return reading.messages, reading.refused

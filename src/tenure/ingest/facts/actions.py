"""Takes rows in: read, merged over what is known, landed, remembered, counted."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from tenure.base import clock
from tenure.events.queries import open_lake
from tenure.ingest.adapters.locks import alone
from tenure.ingest.drain.models import EventReject
from tenure.ingest.drain.summary import Newest, Outcome, Summary
from tenure.ingest.facts import merging, states
from tenure.ingest.facts.contracts import Answer, Result, RowResult
from tenure.ingest.facts.kinds import CHANGES, SOURCE, SUBSCRIPTIONS, Kind
from tenure.ingest.facts.landing import Landing
from tenure.ingest.facts.merging import Merged, Name, Values
from tenure.ingest.facts.reading import Sent, Wrong, read_row
from tenure.ingest.facts.refusals import Busy
from tenure.ingest.messages import RAW_LIMIT
from tenure.tenants import queries as tenants

WAIT_S = 5.0
"""How long a request waits for those before it."""
AT_ONCE = 8
"""How many a process lets wait or work, of all workspaces: its other threads are for people."""
WORK_S = 120.0
"""How long a machine that died may keep the others waiting, where several share a lake."""
_PAUSE_S = 0.02
_NEWEST = 50
_CHUNK = 500
_BUSY = (
    "Other facts are being taken in. Send again in some seconds; one batch of 5,000 rows is faster than many of one."
)
_SEATS = threading.BoundedSemaphore(AT_ONCE)


@dataclass
class _Request:
    """One request at work: `results` by the row's place."""

    kind: Kind
    sent: Sent
    landing: Landing
    said: dict[int, Values] = field(default_factory=dict)
    results: dict[int, Result | Wrong] = field(default_factory=dict)
    standing: dict[str, Values] = field(default_factory=dict)


def take_in(kind: Kind, sent: Sent) -> Answer:
    """Upsert the rows into the ambient workspace. Sent again, they change nothing; killed midway, send them again.

    Refuses with `Busy` when other requests of the workspace take too long.
    """
    view = tenants.here()
    now = clock.now()
    with _turn(view.slug):
        today = tenants.as_of_day(view)
        landing = Landing(view, open_lake(view.slug), today, None if sent.history else today)
        request = _Request(kind, sent, landing)
        _read(request)
        for stage in (kind, CHANGES) if kind is SUBSCRIPTIONS else (kind,):
            _stage(request, stage, now)
        answer = _answer(request)
        _account(request, answer, now)
    return answer


@contextmanager
def _turn(slug: str) -> Iterator[None]:
    """One request of a workspace at a time: a row is compared with the log and then written."""
    if not _SEATS.acquire(blocking=False):
        raise Busy(_BUSY)
    try:
        until = time.monotonic() + WAIT_S
        while True:
            with alone(slug, at="facts", seconds=WORK_S) as free:
                if free:
                    yield
                    return
            if time.monotonic() >= until:
                raise Busy(_BUSY)
            time.sleep(_PAUSE_S)
    finally:
        _SEATS.release()


def _read(request: _Request) -> None:
    for index, raw in enumerate(request.sent.rows):
        row = read_row(raw, request.kind.row)
        if isinstance(row, Wrong):
            request.results[index] = row
        else:
            request.said[index] = merging.said_by(row)


def _stage(request: _Request, stage: Kind, now: datetime) -> None:
    """Take in the rows of one kind."""
    mine = {index: said for index, said in request.said.items() if merging.stage_of(request.kind, said) is stage}
    if not mine:
        return
    ids = {str(said["external_id"]) for said in mine.values()}
    known = states.known(stage, ids)
    subscriptions = states.known(SUBSCRIPTIONS, ids) if stage is CHANGES else {}
    moved = states.with_changes(ids) if stage is SUBSCRIPTIONS else set()
    facts = []
    for one in merging.merge(known, stage, mine):
        wrong = _wrong(one, stage, known.get(one.name), subscriptions, moved)
        if wrong is None:
            facts.append(one)
        else:
            request.results |= dict.fromkeys(one.rows, wrong)
    kept: dict[Name, Values] = {}
    for by_person in (False, True):
        group = [one for one in facts if ("account" not in one.said) == by_person]
        if group:
            landed = request.landing.land(stage, [one.said for one in group], by_person=by_person)
            for one, result in zip(group, landed, strict=True):
                request.results |= dict.fromkeys(one.rows, result)
                if not isinstance(result, Wrong) and known.get(one.name) != one.said:
                    kept[one.name] = one.said
    states.keep(stage, kept, at=now)


def _wrong(
    one: Merged, stage: Kind, before: Values | None, subscriptions: Mapping[Name, Values], moved: set[str]
) -> Wrong | None:
    if stage is CHANGES:
        wrong = merging.changed(one, subscriptions.get((one.name[0], "")))
        if wrong is not None:
            return wrong
    if before is not None and one.name[0] in moved and before["account"] != one.said.get("account"):
        told = f"the subscription has changes of its terms and stays with the account “{before['account']}”"
        return Wrong("fact_wrong", f"{told}: end it, and start another", "account")
    return merging.incomplete(stage, one)


def _answer(request: _Request) -> Answer:
    rows = []
    for index in range(len(request.sent.rows)):
        result = request.results[index]
        named = str(request.said[index]["external_id"]) if index in request.said else None
        if isinstance(result, Wrong):
            rows.append(
                RowResult(
                    index=index, external_id=named or result.external_id, result="rejected", reason=result.reason,
                    field=result.field,
                )
            )  # fmt: skip
        else:
            rows.append(RowResult(index=index, external_id=named, result=result, reason=None, field=None))
    counts = Counter(row.result for row in rows)
    return Answer(
        rows_read=len(rows), created=counts["created"], updated=counts["updated"], unchanged=counts["unchanged"],
        rejected=counts["rejected"], warnings=request.landing.warnings, results=tuple(rows),
    )  # fmt: skip


def _account(request: _Request, answer: Answer, now: datetime) -> None:
    """Count what came, and keep what was rejected, for the page of sources."""
    summary = Summary()
    summary.receive(SOURCE, now)
    summary.deliver(SOURCE, dict(request.landing.delivered))
    summary.count(SOURCE, now, "messages", answer.rows_read)
    summary.count(SOURCE, now, "events", answer.created + answer.updated)
    summary.count(SOURCE, now, "duplicates", answer.unchanged)
    summary.count(SOURCE, now, "rejected", answer.rejected)
    summary.newest[SOURCE] = [_newest(request, row, now) for row in reversed(answer.results[-_NEWEST:])]
    rejects = [
        _reject(request, index, wrong, now) for index, wrong in request.results.items() if isinstance(wrong, Wrong)
    ]
    for at in range(0, len(rejects), _CHUNK):
        EventReject.objects.bulk_create(rejects[at : at + _CHUNK])
    with transaction.atomic():
        summary.write()


def _newest(request: _Request, row: RowResult, now: datetime) -> Newest:
    said = request.said.get(row.index, {})
    outcomes: Mapping[Result, Outcome] = {"unchanged": "duplicate", "rejected": "rejected"}
    return Newest(
        now, now, request.kind.name, row.external_id or "", str(said.get("person") or ""),
        str(said.get("account") or ""), outcomes.get(row.result, "stored"),
    )  # fmt: skip


def _reject(request: _Request, index: int, wrong: Wrong, now: datetime) -> EventReject:
    """The row behind the name of its kind: so it is no event that could be sent again as one."""
    return EventReject(
        run=0, received_at=now, source=SOURCE, trust="server", kind=request.kind.name[:20], reason=wrong.code,
        path=(wrong.field or "")[:300], detail=wrong.reason,
        raw=(f"{request.kind.name} ".encode() + request.sent.rows[index])[:RAW_LIMIT],
    )  # fmt: skip

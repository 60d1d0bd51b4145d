"""What members said of traits is carried into the lake, exactly once.

What waits is claimed for a run of the writer, in a transaction, before it is appended; the lake takes each run once;
what is in it is marked here, and deleted by the next round. A process may die between any two of these: the next one
finds the claim, repeats the run, which the lake refuses if it has it, and goes on.
"""

from itertools import batched

import pyarrow as pa
from django.db import transaction

from tenure.base.cycle import StageReport, StageRun
from tenure.base.many import Many
from tenure.customers.actions import touch
from tenure.customers.contracts import Entity
from tenure.events import actions as log
from tenure.events import queries as lakes
from tenure.events.contracts import TRAITS
from tenure.events.queries import Lake
from tenure.traits import rules
from tenure.traits.models import SaidTrait

WRITER = "hand"
_MARKED = 1_000
ENTITIES: tuple[Entity, ...] = ("account", "person")


def write_out(lake: Lake) -> int:
    """Bring all that waits into the lake; how many values. What was computed of those concerned is computed again."""
    written = 0
    while rows := _claimed(lake):
        run = rows[0].run
        assert run is not None
        log.append(lake, "traits", _table(lake, rows), writer=WRITER, run=run)
        _mark(rows)
        written += len(rows)
    return written


def write_stage(run: StageRun) -> StageReport:
    """The cycle's stage. What an earlier round wrote is in the current state by now, and is let go."""
    SaidTrait.objects.filter(written=True).delete()
    rows = write_out(lakes.open_lake(run.slug))
    return StageReport(rows, f"{rows} traits by hand" if rows else "")


@transaction.atomic
def _claimed(lake: Lake) -> list[SaidTrait]:
    """The rows of a run that somebody claimed and did not finish, else all that wait, claimed for a new one."""
    rows = list(SaidTrait.objects.select_for_update().filter(written=False).order_by("pk"))
    if begun := [row for row in rows if row.run is not None]:
        return [row for row in begun if row.run == begun[0].run]
    if rows:
        run = lakes.last_run(lake, ["traits"], writer=WRITER) + 1
        SaidTrait.objects.filter(pk__among=Many([row.pk for row in rows])).update(run=run)
        for row in rows:
            row.run = run
    return rows


def _table(lake: Lake, rows: list[SaidTrait]) -> pa.Table:
    """The rows as the lake has them, each after what it holds of that trait by that day."""
    wanted = pa.table(
        {"entity": [row.entity for row in rows], "id": [row.subject for row in rows], "key": [row.key for row in rows],
         "day": pa.array([row.day for row in rows], pa.date32())}
    )  # fmt: skip
    held = {(row["entity"], row["id"], row["key"]): row["at"] for row in lakes.last_said(lake, wanted).to_pylist()}
    made = []
    for row in rows:
        about = (row.entity, row.subject, row.key)
        held[about] = at = rules.later(row.at, held.get(about))
        made.append(
            {"entity": row.entity, "id": row.subject, "key": row.key, "value": row.value, "at": at, "day": row.day,
             "known_day": row.day, "source": f"{rules.HAND}{row.by_id}"}
        )  # fmt: skip
    return pa.Table.from_pylist(made, TRAITS)


def _mark(rows: list[SaidTrait]) -> None:
    """They are in the lake: what was computed of those concerned looks again."""
    for chunk in batched(rows, _MARKED):
        with transaction.atomic():
            for entity in ENTITIES:
                touch(entity=entity, ids={row.subject for row in chunk if row.entity == entity})
            SaidTrait.objects.filter(pk__among=Many([row.pk for row in chunk])).update(written=True)

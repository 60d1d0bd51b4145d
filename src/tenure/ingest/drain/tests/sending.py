"""Send messages through the inbox, drain them, and look at what became of them."""

from datetime import UTC, datetime

import msgspec

from tenure.base import clock, tenancy
from tenure.base.cycle import StageReport, StageRun
from tenure.events import queries as events
from tenure.ingest import inbox
from tenure.ingest.drain.draining import drain
from tenure.ingest.drain.models import DrainState
from tenure.tenants import queries as tenants

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def send(
    *messages: dict[str, object], trust: inbox.Trust = "server", source: str = "app", at: datetime = NOON,
    kind: str = "batch",
) -> None:  # fmt: skip
    """One request with these messages of Segment's API, received at `at`."""
    body = msgspec.json.encode({"batch": [{"timestamp": at, **each} for each in messages]})
    inbox.store(
        inbox.Row(
            workspace_id=tenancy.current_workspace_id(), key_id=1, trust=trust, kind=kind, source=source,
            received_at=at, body=body, events=len(messages),
        )
    )  # fmt: skip


def drained(at: datetime = NOON, *, sweep: bool = False) -> StageReport:
    """Drain everything, at `at`."""
    if sweep:
        DrainState.objects.update(swept_at=None)
    view = tenants.workspace_by_id(tenancy.current_workspace_id())
    with clock.frozen(at):
        return drain(StageRun(view.id, view.slug, at.date(), (at.date(),)))


def track(name: str, number: object = "", **fields: object) -> dict[str, object]:
    """A track call."""
    return {"type": "track", "event": name, "messageId": f"{name}-{number}", **fields}


def identify(user: str, number: object = "", **fields: object) -> dict[str, object]:
    """An identify call."""
    return {"type": "identify", "userId": user, "messageId": f"identify-{user}-{number}", **fields}


def group(user: str, account: str, number: object = "", **fields: object) -> dict[str, object]:
    """A group call."""
    return {
        "type": "group", "userId": user, "groupId": account, "messageId": f"group-{user}-{account}-{number}", **fields
    }  # fmt: skip


def stored(columns: str = "e.name, a.external_id, p.external_id", *, slug: str = "acme") -> list[tuple[object, ...]]:
    """Columns of the events in the log (e), with their accounts (a) and people (p), in order."""
    from tenure.customers import queries as customers

    table = events.engine().query(
        f"select {columns} from e left join a on a.account = e.account left join p on p.person = e.person order by all",
        relations={
            "e": events.open_lake(slug).relation("events"),
            "a": customers.accounts_table(),
            "p": customers.people_table(),
        },
    )
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def trait_rows(*, slug: str = "acme") -> list[tuple[object, ...]]:
    """The attribute changes in the lake."""
    table = events.engine().query(
        "select t.entity, t.key, t.value, t.day, t.known_day from t order by all",
        relations={"t": events.open_lake(slug).relation("traits")},
    )
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

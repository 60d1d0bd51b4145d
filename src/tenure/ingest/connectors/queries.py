"""Connectors as the pages show them. Secrets never leave here in clear."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from tenure.base import clock, jobs
from tenure.base.refusals import NotFound
from tenure.ingest.connectors.models import Connector, ConnectorEvent
from tenure.ingest.connectors.receiving import path_of
from tenure.ingest.connectors.stripe.meaning import waiting

SPAN = timedelta(days=30)
MOST_REFUSED = 20


@dataclass(frozen=True, slots=True)
class SecretView:
    """A signing secret that is in force, by its end."""

    name: str
    end: str
    since: datetime


@dataclass(frozen=True, slots=True)
class FillView:
    """How far the back-fill is; `counts` are objects read by list."""

    status: str
    step: str
    counts: dict[str, int]
    problem: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ConnectorView:
    """A connector: how it is reached, what it was given, how it does."""

    id: int
    source: str
    path: str
    secrets: tuple[SecretView, ...]
    has_api_key: bool
    account_key: str
    edition: int
    heard_at: datetime | None
    refused: int
    refused_at: datetime | None
    refusal: str
    fill: FillView


@dataclass(frozen=True, slots=True)
class TypeCount:
    """Events of a type over the last 30 days."""

    type: str
    events: int
    ignored: int
    refused: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class RefusedEvent:
    """An event that was acknowledged and could not be taken in."""

    external_id: str
    type: str
    problem: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """What a connector has received."""

    types: tuple[TypeCount, ...]
    refused: tuple[RefusedEvent, ...]
    waiting: int
    without_customer: int


def connectors() -> list[ConnectorView]:
    """All of the workspace, by name. One query."""
    return [_view(row) for row in Connector.objects.order_by("source")]


def connector(name: int) -> ConnectorView:
    """One; refuses with `NotFound`. A back-fill whose process died has failed. One query, two while one runs."""
    row = Connector.objects.filter(pk=name).first()
    if row is None:
        raise NotFound("There is no such connector.")
    if row.fill_status == "running" and (died := jobs.course(row.fill_task)[1]):
        row.fill_status, row.fill_problem = "failed", f"Its process ended ({died}). Start it again: it goes on."
    return _view(row)


def received(name: int) -> Received:
    """What came in the last 30 days, and what waits. Four queries."""
    rows = ConnectorEvent.objects.filter(connector_id=name)
    types = (
        rows.filter(received_at__gte=clock.now() - SPAN)
        .values("type")
        .annotate(
            n=Count("id"), ignored=Count("id", filter=Q(outcome="ignored")),
            refused=Count("id", filter=Q(outcome="refused")), last=Max("received_at"),
        )
        .order_by("-n", "type")
    )  # fmt: skip
    refused = rows.filter(outcome="refused").order_by("-id")[:MOST_REFUSED]
    return Received(
        types=tuple(TypeCount(r["type"], r["n"], r["ignored"], r["refused"], r["last"]) for r in types),
        refused=tuple(RefusedEvent(r.external_id, r.type, r.problem, r.received_at) for r in refused.defer("body")),
        waiting=rows.filter(outcome="waiting").count(),
        without_customer=waiting(Connector(pk=name)),
    )


def _view(row: Connector) -> ConnectorView:
    secrets = tuple(SecretView(s["name"], s["end"], datetime.fromisoformat(s["since"])) for s in row.secrets)
    fill = FillView(row.fill_status, row.fill_step, dict(row.fill_counts), row.fill_problem, row.filled_at)
    return ConnectorView(
        id=row.pk, source=row.source, path=path_of(row.token), secrets=secrets, has_api_key=bool(row.api_key),
        account_key=row.account_key, edition=row.edition, heard_at=row.heard_at, refused=row.refused,
        refused_at=row.refused_at, refusal=row.refusal, fill=fill,
    )  # fmt: skip

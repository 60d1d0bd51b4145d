"""The outbox: actions state facts in their own transaction; other domains hear of them after commit.

Delivery is at least once: a handler may see a fact twice and must come to the same end.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

import msgspec
from django.db import transaction
from django.db.models import F

from tenure.base import clock, tenancy
from tenure.base.models import OutboxMessage

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 10
_kinds: dict[str, type["Fact"]] = {}
_handlers: dict[str, list[Callable[["Fact"], None]]] = defaultdict(list)


@dataclass(frozen=True)
class Fact:
    """Something that happened, named in the past tense. Subclasses are frozen dataclasses of plain values."""

    def __init_subclass__(cls) -> None:
        _kinds[cls.__name__] = cls


def subscribe[F: Fact](kind: type[F], handler: Callable[[F], None]) -> None:
    """Call `handler` for every fact of this kind. Registered once, in `tenure.config.registrations`."""
    if handler not in _handlers[kind.__name__]:
        _handlers[kind.__name__].append(handler)  # type: ignore[arg-type]


def add(fact: Fact) -> None:
    """State a fact. It becomes visible with the surrounding transaction, or not at all."""
    add_all([fact])


def add_all(facts: Sequence[Fact]) -> None:
    """State facts in their order, all with the surrounding transaction or none. One statement."""
    now, workspace = clock.now(), tenancy.current_workspace_id()
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            workspace=workspace,
            fact=type(fact).__name__,
            body=msgspec.to_builtins(asdict(fact)),
            stated_at=now,
            due_at=now,
        )
        for fact in facts
    )


def deliver(*, limit: int = 500) -> int:
    """Hand waiting facts to their handlers, oldest first; how many were delivered.

    A claim is one conditional UPDATE, so two workers never deliver the same message at the same time.
    A handler that fails leaves the message waiting, later each time; after ten tries it stays with its error.
    """
    delivered = 0
    now = clock.now()
    waiting = OutboxMessage.objects.filter(delivered_at=None, due_at__lte=now, attempts__lt=MAX_ATTEMPTS)
    for message in waiting.order_by("id")[:limit]:
        claimed = OutboxMessage.objects.filter(pk=message.pk, delivered_at=None, due_at=message.due_at).update(
            attempts=F("attempts") + 1, due_at=now + timedelta(seconds=30 * 2**message.attempts)
        )
        if claimed and _deliver_one(message):
            delivered += 1
    return delivered


def _deliver_one(message: OutboxMessage) -> bool:
    kind = _kinds.get(message.fact)
    try:
        if kind is not None and message.workspace is not None:
            fact = msgspec.convert(message.body, kind)
            with tenancy.workspace(message.workspace), transaction.atomic():
                for handler in _handlers[message.fact]:
                    handler(fact)
    except Exception as error:
        log.exception("Fact %s (%s) was not delivered; it will be tried again.", message.fact, message.pk)
        OutboxMessage.objects.filter(pk=message.pk).update(error=f"{type(error).__name__}: {error}")
        return False
    OutboxMessage.objects.filter(pk=message.pk).update(delivered_at=clock.now(), error="")
    return True

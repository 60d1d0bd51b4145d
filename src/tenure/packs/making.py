"""A pack is made: read, typeset, kept, and mailed where it was asked for by the schedule. Runs in the worker."""

import logging
from datetime import date
from pathlib import Path

from django.db import transaction
from django.tasks import task

from tenure.base import clock, tenancy
from tenure.base.refusals import Refusal
from tenure.base.typesetting import Typeset, typeset
from tenure.packs import composing, keeping, mailing
from tenure.packs.models import Pack

log = logging.getLogger(__name__)

TEMPLATE = Path(__file__).with_name("template")
DOTS = 144
"""An inch of a page's picture: sharp on a large screen."""


@task
def make(workspace: int, pack: int) -> None:
    """Make a pack that was asked for. May run twice: the first that is through counts."""
    with tenancy.workspace(workspace):
        row = Pack.objects.select_related("by__user").get(pk=pack)
        if row.made_at is None:
            try:
                _make(row)
            except Refusal as refusal:
                log.warning("Board pack %s was not made: %s", pack, refusal.message)
                _failed(row, refusal.message)


def made(*, month: date, as_of: date) -> tuple[Typeset, str]:
    """The pack of a month and the SHA-256 of its PDF, kept nowhere. Refuses with `Invalid` a month that is not over."""
    composed = composing.document(month=month, as_of=as_of, at=clock.now(), by="")
    document = typeset(TEMPLATE, keeping.data(composed), at=clock.now(), ppi=DOTS)
    return document, keeping.digest(document.pdf)


def _make(row: Pack) -> None:
    now = clock.now()
    _step(row, 0)
    composed = composing.document(month=row.month, as_of=row.as_of, at=now, by=str(row.by.user) if row.by else "")
    _step(row, 1)
    document = typeset(TEMPLATE, keeping.data(composed), at=now, ppi=DOTS)
    _step(row, 2)
    sha256 = keeping.keep(row.pk, document)
    with transaction.atomic():
        mine = Pack.objects.filter(pk=row.pk, made_at=None).update(
            made_at=now,
            sha256=sha256,
            size=len(document.pdf),
            pages=document.names,
            lacks=document.lacks[:100],
            problem="",
        )
        if mine and row.mailed:
            mailing.queue(row.pk, row.month, document.pdf, composed.headline)


def _step(row: Pack, step: int) -> None:
    Pack.objects.filter(pk=row.pk).update(step=step)


def _failed(row: Pack, problem: str) -> None:
    with transaction.atomic():
        mine = Pack.objects.filter(pk=row.pk, made_at=None, problem="").update(problem=problem[:500])
        if mine and row.mailed:
            mailing.tell_of_failure(row.pk, row.month, problem)

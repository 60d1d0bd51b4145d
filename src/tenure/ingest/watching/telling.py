"""Mails to the admins of a workspace about its sources."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from tenure.base import mail
from tenure.ingest.watching.silences import SourceIsBack, SourceWentSilent
from tenure.tenants import queries as tenants
from tenure.tenants.permissions import Role

TOLD = frozenset({Role.OWNER, Role.ADMIN})


def tell_of_silence(fact: SourceWentSilent) -> None:
    """One mail to each admin: who is silent since when, what it means, where to look."""
    _mail(
        f"silent:{fact.source}:{fact.since.isoformat()}",
        f"{fact.source} has gone silent",
        f"Nothing has come from {fact.source} since {_written(fact.since)}, though by now it always had.",
        "Measures that live by it keep their last good value; no score changes because of the silence. "
        "Likely causes: a deployment without the key, a revoked key, a blocked hostname.",
    )


def tell_of_return(fact: SourceIsBack) -> None:
    """The good news to the same people."""
    _mail(
        f"back:{fact.source}:{fact.since.isoformat()}",
        f"{fact.source} is back",
        f"{fact.source} was silent from {_written(fact.since)} and was heard again at {_written(fact.back_at)}. "
        "What its clients kept meanwhile is taken in under the days it happened on.",
    )


def _mail(key: str, title: str, *paragraphs: str) -> None:
    view = tenants.here()
    link = f"{settings.TENURE_BASE_URL}/w/{view.slug}/sources/"
    text, html = mail.composed(
        "notice", workspace=view.name, title=title, paragraphs=paragraphs, label="Open the sources", href=link
    )
    for member in tenants.members(active_only=True):
        if member.role in TOLD:
            mail.queue(member.email, f"{view.name}: {title}", text, html, key=f"{key}:{member.id}")


def _written(moment: datetime) -> str:
    view = tenants.here()
    return f"{moment.astimezone(ZoneInfo(view.timezone)):%-d %B %Y, %H:%M} ({view.timezone})"

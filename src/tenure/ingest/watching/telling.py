"""Mails to the admins of a workspace about its sources."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail

from tenure.ingest.watching.silences import SourceIsBack, SourceWentSilent
from tenure.tenants import queries as tenants
from tenure.tenants.permissions import Role

TOLD = frozenset({Role.OWNER, Role.ADMIN})


def tell_of_silence(fact: SourceWentSilent) -> None:
    """One mail to each admin: who is silent since when, what it means, where to look."""
    _mail(
        f"{fact.source} has gone silent",
        f"Nothing has come from {fact.source} since {_written(fact.since)}, though by now it always had.\n\n"
        "Measures that live by it keep their last good value; no score changes because of the silence. "
        "Likely causes: a deployment without the key, a revoked key, a blocked hostname.",
    )


def tell_of_return(fact: SourceIsBack) -> None:
    """The good news to the same people."""
    _mail(
        f"{fact.source} is back",
        f"{fact.source} was silent from {_written(fact.since)} and was heard again at {_written(fact.back_at)}. "
        "What its clients kept meanwhile is taken in under the days it happened on.",
    )


def _mail(subject: str, text: str) -> None:
    view = tenants.here()
    link = f"{settings.TENURE_BASE_URL}/w/{view.slug}/sources/"
    for member in tenants.members(active_only=True):
        if member.role in TOLD:
            send_mail(f"{view.name}: {subject}", f"{text}\n\n{link}\n", None, [member.email])


def _written(moment: datetime) -> str:
    view = tenants.here()
    return f"{moment.astimezone(ZoneInfo(view.timezone)):%-d %B %Y, %H:%M} ({view.timezone})"

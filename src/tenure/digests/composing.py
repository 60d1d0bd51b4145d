"""A digest as a mail: its sections, its text and HTML, the address of each line."""

from datetime import date

from django.conf import settings

from tenure.base import mail
from tenure.digests import rules, sections
from tenure.digests.contracts import Choice, Digest, Reader, Rhythm
from tenure.tenants.contracts import MemberView
from tenure.tenants.queries import as_of_day, here


def zone_of(choice: Choice) -> str:
    """The time zone of her clock."""
    return choice.zone or here().timezone


def digest(member: MemberView, choice: Choice, day: date) -> Digest:
    """What there is to say to a member on a day of hers."""
    reader = Reader(
        member, day, rules.until(choice, day), rules.since(choice, day), zone_of(choice), as_of_day(here())
    )  # fmt: skip
    return Digest(reader, choice.rhythm is Rhythm.WEEKLY, sections.of(reader))


def queue(made: Digest, *, key: str) -> None:
    """Send it, once a key."""
    view, day = here(), made.reader.day
    title = f"Your week from {day.day} {day:%B}" if made.weekly else f"Your {day:%A}, {day.day} {day:%B}"
    root = f"{settings.TENURE_BASE_URL}/w/{view.slug}/"
    text, html = mail.composed(
        "digest", workspace=view.name, title=title, sections=made.sections, root=root, settings_path="settings/digest/",
        nothing="Nothing needs you this week." if made.weekly else "Nothing needs you today.",
    )  # fmt: skip
    mail.queue(made.reader.member.email, f"{view.name}: {title}", text, html, key=key)

"""What an entry said before, newest first, each with what the next edit changed."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.work import queries
from tenure.work.contracts import EarlierText, EntryView

NAMES = {
    "kind": "Type", "happened_at": "When", "people": "With", "reason": "Reason", "flow": "Flow", "minutes": "Minutes",
    "work_type": "Work type", "tags": "Tags", "subject": "Subject",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier state: until when and by whom it was changed, its text, and its other fields that differ from now."""

    until: str
    by: str
    html: Markup
    fields: tuple[tuple[str, str], ...]


def versions(request: TeamRequest, entry: EntryView) -> tuple[Version, ...]:
    """The entry's earlier states. One query, none for one that was never edited."""
    if entry.edited_at is None:
        return ()
    return tuple(_version(request, each) for each in queries.earlier_texts(entry.id))


def _version(request: TeamRequest, each: EarlierText) -> Version:
    zone = ZoneInfo(request.workspace.timezone)
    shown = {"subject": each.subject, **each.fields}
    return Version(
        until=formats.moment(each.until.astimezone(zone)),
        by=each.edited_by,
        html=Markup(each.html),  # noqa: S704 - cleaned by nh3 in the domain
        fields=tuple((label, _said(name, shown[name], zone)) for name, label in NAMES.items() if shown.get(name)),
    )


def _said(name: str, value: str, zone: ZoneInfo) -> str:
    if name == "happened_at":
        return formats.moment(datetime.fromisoformat(value).astimezone(zone))
    return formats.capital(value)

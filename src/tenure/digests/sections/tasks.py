"""What the reader has to do by then, what is late first."""

from datetime import date

from tenure.digests.contracts import Line, Reader, Section
from tenure.digests.sections import MOST
from tenure.tasks import queries
from tenure.tasks.contracts import Kind, TaskView


def due(reader: Reader) -> Section | None:
    """Her open tasks and promises."""
    ahead = (reader.until - reader.day).days
    until = reader.as_of if not ahead else date.fromordinal(reader.as_of.toordinal() + ahead)
    found = queries.due_of_member(reader.member.id, until)
    lines = tuple(Line(each.title, f"tasks/{each.id}/", _note(each, reader.as_of)) for each in found[:MOST])
    return Section("To do", lines, len(found) - len(lines), "tasks/") if lines else None


def _note(each: TaskView, today: date) -> str:
    assert each.due is not None
    when = f"{each.due:%a} {each.due.day} {each.due:%b}"
    late = f"was due {when}" if each.due < today else "today" if each.due == today else f"due {when}"
    return ", ".join(part for part in ("promised" if each.kind is Kind.PROMISE else "", each.account, late) if part)

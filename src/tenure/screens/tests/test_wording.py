"""How rows of the log read, with and without somebody who did it."""

from datetime import UTC, datetime

import pytest

from tenure.events.contracts import RecordName
from tenure.screens.workspace.accounts import wording
from tenure.screens.workspace.accounts.wording import Happening

AT = datetime(2026, 6, 2, 10, 0, tzinfo=UTC)


def happening(name: str, *, record: bool = True, **given: object) -> Happening:
    fields = {"count": 1.0, "seconds": None, "value": None, "errors": None, "properties": {}, **given}
    return Happening(is_record=record, name=name, at=AT, person=1, key="m", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "title", "doing", "detail"),
    [
        (
            happening(RecordName.TICKET_OPENED, properties={"subject": "Search", "priority": "high"}),
            "Ticket opened: Search", "opened a ticket: Search", "High priority",
        ),
        (
            happening(RecordName.TICKET_CLOSED, properties={"id": "T-3"}, seconds=231_060.0),
            "Ticket T-3 closed", "", "After 2 days 16 h",
        ),
        (
            happening(RecordName.SURVEY_ANSWERED, properties={"kind": "csat", "max": 5}, value=3.0),
            "Answered CSAT with 3 of 5", "answered CSAT with 3 of 5", "",
        ),
        (
            happening(RecordName.INVOICE_ISSUED, properties={"id": "I-1", "due_on": "2026-06-30"}, value=9500.0),
            "Invoice I-1 issued", "", "$95 · due 30 Jun 2026",
        ),
        (happening("Logged in", record=False, seconds=6_360.0), "Logged in", "logged in", "1 h 46 min"),
        (happening("CSV exported", record=False, count=2.0), "CSV exported", "CSV exported", "2 times"),
    ],
)  # fmt: skip
def test_a_row_in_words(row: Happening, title: str, doing: str, detail: str) -> None:
    said = wording.of(row, "USD")
    assert (said.title, said.doing, said.detail) == (title, doing, detail)

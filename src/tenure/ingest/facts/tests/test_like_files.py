"""A fact over HTTP and the same fact in a file are one: the same rows in the log, the same measures."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tenure.base import clock
from tenure.ingest.facts import kinds
from tenure.ingest.facts.tests.sending import counts, results, send
from tenure.ingest.maps import SourceMap
from tenure.ingest.tests.importing import numbers, run, standing, write

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)

TERMS = {
    "plan": "pro",
    "seats": 5,
    "mrr_minor": 10_000,
    "currency": "EUR",
    "billing": "annual",
    "term_end": "2027-01-01",
}
FACTS: Mapping[kinds.Kind, Sequence[Mapping[str, object]]] = {
    kinds.SUBSCRIPTIONS: [
        {"external_id": "s-1", "account": "a-1", "started_on": "2026-01-01", "ended_on": "2026-03-01", **TERMS},
        {"external_id": "s-2", "account": "a-2", "started_on": "2026-01-01", "is_trial": True},
    ],
    kinds.INVOICES: [
        {"external_id": "i-1", "account": "a-1", "issued_on": "2026-02-01", "amount_minor": 5, "paid_on": "2026-02-09"},
        {"external_id": "i-2", "account": "a-1", "issued_on": "2026-02-01", "amount_minor": -5, "due_on": "2026-03-01"},
    ],
    kinds.TICKETS: [
        {"external_id": "t-1", "account": "a-1", "person": "p-1", "opened_at": "2026-02-01T10:00:00Z",
         "is_error": False, "closed_at": "2026-02-02T10:00:00.250000Z", "satisfaction": 4.5, "subject": "=1+1"},
    ],
    kinds.SURVEY_ANSWERS: [
        {"external_id": "n|1", "account": "a-1", "answered_at": "2026-02-01T10:00:00Z", "kind": "ces", "score": 6.5},
    ],
    kinds.CHURN: [
        {"external_id": "c-1", "account": "a-2", "lost_on": "2026-02-01", "reason": "none", "amount_minor": 100},
    ],
}  # fmt: skip


def _as_csv(kind: kinds.Kind, rows: Sequence[Mapping[str, object]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(kind.row.model_fields))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("kind", FACTS, ids=lambda kind: kind.name)
def test_a_file_of_what_was_sent_changes_nothing(kind: kinds.Kind, key: str, tmp_path: Path) -> None:
    rows = FACTS[kind]
    with clock.frozen(NOW):
        assert counts(send(kind.name, *rows, key=key, history=True)) == (len(rows), len(rows), 0, 0, 0)
        sent = standing("e.* exclude (received_at)")
        wanted = kinds.source_map(kind, by_person=False).model_dump(exclude_defaults=True)
        wanted["files"][kind.name]["file"] = "rows.csv"
        folder = write(tmp_path / "files", {"rows.csv": _as_csv(kind, rows)})
        report = run(folder, SourceMap.model_validate(wanted))
    assert numbers(report.files[0]) == (len(rows), 0, 0, len(rows), 0)
    assert standing("e.* exclude (received_at)") == sent


def test_a_file_of_what_will_be_sent_is_known_to_the_api(key: str, tmp_path: Path) -> None:
    rows = FACTS[kinds.INVOICES]
    wanted = kinds.source_map(kinds.INVOICES, by_person=False).model_dump(exclude_defaults=True)
    wanted["files"]["invoices"]["file"] = "rows.csv"
    folder = write(tmp_path / "files", {"rows.csv": _as_csv(kinds.INVOICES, rows)})
    with clock.frozen(NOW):
        assert numbers(run(folder, SourceMap.model_validate(wanted)).files[0]) == (2, 2, 0, 0, 0)
        assert results(send("invoices", *rows, key=key)) == ["unchanged", "unchanged"]

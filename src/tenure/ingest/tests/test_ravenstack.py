"""RavenStack, a data set that nobody here wrote: every row accounted for."""

import os
from pathlib import Path

import pytest

from tenure.events import queries as events
from tenure.ingest.guess import guess_map
from tenure.ingest.maps import parse_map, read_map
from tenure.ingest.tests.importing import counts, run

ROOT = Path(__file__).parents[4]
SHARED = Path(os.environ.get("TENURE_SHARED_DATA", ROOT.parent / "shared" / "data")) / "ravenstack"
MAP = ROOT / "examples" / "ravenstack" / "map.yaml"
ROWS = {"accounts": 500, "subscriptions": 5_000, "feature_usage": 25_000, "support_tickets": 2_000, "churn_events": 600}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("workspace"),
    pytest.mark.skipif(not SHARED.is_dir(), reason="RavenStack's files are not here (TENURE_SHARED_DATA)"),
]


def test_every_row_is_accounted_for_and_a_second_import_changes_nothing() -> None:
    report = run(SHARED, read_map(MAP))
    assert counts(report) == {f"ravenstack_{name}.csv": (n, n, 0, 0, 0) for name, n in ROWS.items()}
    assert {file.file: file.warnings for file in report.files if file.warnings} == {
        "ravenstack_feature_usage.csv": {
            "dated before its subscription's start": 19_142,
            "dated before its account's sign-up": 13_198,
        },
        "ravenstack_support_tickets.csv": {"dated before its account's sign-up": 1_077},
    }
    lake = events.open_lake("acme")
    found = events.engine().query(
        "select case when class = 'usage' then 'usage' else name end as what,"
        " count(*) as n, count(distinct message_id) as m from e group by 1 order by 1",
        relations={"e": lake.relation("events")},
    )
    assert [tuple(row.values()) for row in found.to_pylist()] == [
        ("account_lost", 600, 600),
        ("account_signed_up", 500, 500),
        ("subscription_ended", 486, 486),
        ("subscription_started", 5_000, 5_000),
        ("survey_answered", 1_175, 1_175),
        ("ticket_answered", 2_000, 2_000),
        ("ticket_closed", 2_000, 2_000),
        ("ticket_escalated", 95, 95),
        ("ticket_opened", 2_000, 2_000),
        ("usage", 25_000, 25_000),
    ]
    version = lake.snapshot("events").version
    again = run(SHARED, read_map(MAP))
    assert counts(again) == {f"ravenstack_{name}.csv": (n, 0, 0, n, 0) for name, n in ROWS.items()}
    assert lake.snapshot("events").version == version


def test_the_guessed_map_says_the_same_of_events_and_money() -> None:
    guessed, written = parse_map(guess_map(SHARED).yaml.encode(), where="guessed"), read_map(MAP)
    assert guessed.files["subscriptions"].subscriptions == written.files["subscriptions"].subscriptions
    assert guessed.files["support_tickets"].tickets == written.files["tickets"].tickets
    assert guessed.files["churn_events"].churn == written.files["churn"].churn
    (mine,), (theirs,) = guessed.files["feature_usage"].events, written.files["feature_usage"].events
    assert mine.model_copy(update={"properties": {}}) == theirs.model_copy(update={"properties": {}})

"""RavenStack from its files to scores, by the commands a person would type."""

import json
import os
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from tenure.cli.commands import accounts, backtest, import_, retention, run
from tenure.tenants.models import Workspace

ROOT = Path(__file__).parents[4]
DATA = Path(os.environ.get("TENURE_SHARED_DATA") or ROOT.parent / "shared" / "data") / "ravenstack"
MAP = ROOT / "examples" / "ravenstack" / "map.yaml"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="needs RavenStack: set TENURE_SHARED_DATA")


@pytest.mark.any_database
def test_its_customers_are_scored_in_three_bands_once(acme: Workspace) -> None:
    acme.as_of = date(2024, 12, 31)
    acme.save()
    typed = CliRunner()
    assert typed.invoke(import_.command, [str(DATA), "--map", str(MAP)], catch_exceptions=False).exit_code == 0
    week = ["--from", "2024-12-24", "--to", "2024-12-30"]
    assert typed.invoke(run.command, week, catch_exceptions=False).exit_code == 0
    rows = json.loads(typed.invoke(accounts.command, ["--json", "--columns", "lost_on"], catch_exceptions=False).stdout)
    scored = [row for row in rows if row["score"] is not None]
    assert Counter(row["status"] for row in rows) == {"customer": 425, "former": 75}
    assert {row["status"] for row in scored} == {"customer"}
    assert Counter(row["band"] for row in rows) == {"healthy": 168, "watch": 190, "risk": 62, "unknown": 5, None: 75}
    assert len(scored) == 168 + 190 + 62
    again = json.loads(typed.invoke(run.command, [*week, "--json"], catch_exceptions=False).stdout)
    assert {stage["stage"]: stage["rows"] for stage in again["stages"]}["scores"] == 0
    record = json.loads(typed.invoke(backtest.command, ["--json"], catch_exceptions=False).stdout)
    assert (record["dates"], record["accounts"], record["left_accounts"]) == (92, 414, 275)
    assert tuple(round(record["auc"][name], 2) for name in ("value", "low", "high")) == (0.48, 0.46, 0.51)
    assert record["verdict"].startswith("This scorecard tells who leaves no better than chance")
    months = json.loads(typed.invoke(retention.command, ["--json"], catch_exceptions=False).stdout)["months"]
    assert {each["month"]: each["mrr"] for each in months} == _mrr_by_month()


def _mrr_by_month() -> dict[str, float]:
    """Recurring revenue at each month's end in plain SQL over the file."""
    rows = duckdb.execute(
        f"""
        with months as (
            select unnest(generate_series(date '2023-01-01', date '2024-12-01', interval 1 month))::date as month
        )
        select strftime(month, '%Y-%m'), sum(mrr_amount)::double
        from months join read_csv('{DATA}/ravenstack_subscriptions.csv') s
            on s.start_date <= last_day(month) and (s.end_date is null or s.end_date > last_day(month))
        where not s.is_trial
        group by month
        """
    ).fetchall()
    return dict(rows)

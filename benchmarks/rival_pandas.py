"""The rival: a plain pandas script that gives each account its measures, a score, and one day of scores.

It reads the same roll-up and record files, computes the built-in measures with previous window and change, scores
eleven of them by linear curves, and writes the current state and the day's inputs as Parquet. What it leaves out, the
product has to do as well: late knowledge, corrections, frozen sources, unknown values, reasons in words.
Called with a JSON file that names the inputs; prints its seconds and its peak memory as JSON.
"""

import json
import resource
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

WINDOWS = (7, 28, 84)
CORE = {"report_opened": 2.0, "dashboard_opened": 2.0, "workflow_run": 1.0, "search_run": 1.0, "file_uploaded": 1.0}
CURVES = {  # measure: (worst, best, weight)
    "events_28d": (0, 60, 10), "active_days_28d": (0, 12, 15), "people_active_28d": (0, 8, 10),
    "logins_28d": (0, 20, 5), "days_since_last_seen": (45, 2, 10), "seats_used_share": (0, 0.8, 10),
    "utilisation_84d": (0, 0.8, 10), "features_used_28d": (0, 12, 10), "tickets_opened_84d": (6, 0, 5),
    "tickets_open": (4, 0, 5),
    "payment_lapsed_days": (30, 0, 10),
}  # fmt: skip


def read(files: list[str], columns: list[str]) -> pd.DataFrame:
    return pd.concat([pd.read_parquet(f, columns=columns, partitioning=None) for f in files], ignore_index=True)


def usage_window(rows: pd.DataFrame, first: date, last: date, days: int) -> dict[str, pd.Series]:
    """The usage measures of [first, last)."""
    inside = rows[(rows.day >= first) & (rows.day < last)]
    by = inside.groupby("account")
    logins = inside[inside.name == "login"].groupby("account")
    core = inside[inside.name.isin(list(CORE))].drop_duplicates(["account", "name"])
    weights = core.name.map(CORE).astype(float)
    return {
        f"logins_{days}d": logins.events.sum(),
        f"login_days_{days}d": logins.day.nunique(),
        f"active_days_{days}d": by.day.nunique(),
        f"events_{days}d": by.events.sum(),
        f"people_active_{days}d": by.person.nunique(),
        f"minutes_{days}d": by.seconds.sum() / 60,
        f"errors_{days}d": by.errors.sum(),
        f"features_used_{days}d": by.name.nunique(),
        f"core_features_used_{days}d": core.groupby("account").name.size(),
        f"utilisation_{days}d": weights.groupby(core.account).sum() / sum(CORE.values()),
    }


def record_measures(records: pd.DataFrame, as_of: date) -> dict[str, pd.Series]:
    """Tickets, answers, invoices and subscriptions as of a day."""
    records = records[records.day < as_of]
    said = pd.DataFrame([json.loads(text) for text in records.properties], index=records.index)
    records = records.assign(id=said.id, seats=said.seats, mrr=said.mrr_minor, due_on=said.due_on)
    found = {}
    opened, closed = records[records.name == "ticket_opened"], records[records.name == "ticket_closed"]
    for days in (28, 84):
        found[f"tickets_opened_{days}d"] = opened[opened.day >= as_of - timedelta(days=days)].groupby("account").size()
    found["tickets_total"] = opened.groupby("account").size()
    found["tickets_open"] = opened[~opened.id.isin(closed.id)].groupby("account").size()
    found["resolution_minutes_84d"] = (
        closed[closed.day >= as_of - timedelta(days=84)].groupby("account").seconds.mean() / 60
    )
    answers = records[records.name == "survey_answered"].sort_values("day")
    found["nps_last"] = answers.groupby("account").value.last()
    recent = answers[answers.day >= as_of - timedelta(days=84)]
    points = np.where(recent.value >= 9, 100.0, np.where(recent.value <= 6, -100.0, 0.0))
    found["nps_84d"] = pd.Series(points, index=recent.index).groupby(recent.account).mean()
    issued, paid = records[records.name == "invoice_issued"], records[records.name == "invoice_paid"]
    due = issued[~issued.id.isin(paid.id)].groupby("account").due_on.min()
    found["payment_lapsed_days"] = (pd.Timestamp(as_of) - pd.to_datetime(due)).dt.days.clip(lower=0).astype(float)
    terms = records[records.name.isin(["subscription_started", "subscription_changed"])].sort_values("day")
    for days in (0, 28, 84):
        then = terms[terms.day < as_of - timedelta(days=days)].groupby("account").last()
        found[f"mrr_{days}"], found[f"seats_{days}"] = then.mrr, then.seats
    found["started"] = terms.groupby("account").day.min()
    ended = records[records.name == "subscription_ended"]
    found["ended"] = ended.groupby("account").day.max()
    return found


def main(given: dict[str, object]) -> None:
    as_of = date.fromisoformat(str(given["as_of"]))
    out = Path(str(given["out"]))
    out.mkdir(parents=True, exist_ok=True)
    usage = read(
        given["person_days"],  # type: ignore[arg-type]
        ["account", "person", "day", "name", "class", "events", "seconds", "errors"],
    )
    usage = usage[usage["class"] == "usage"]
    table: dict[str, pd.Series] = {}
    for days in WINDOWS:
        first = as_of - timedelta(days=days)
        now = usage_window(usage, first, as_of, days)
        before = usage_window(usage, first - timedelta(days=days), first, days)
        for key, value in now.items():
            table[key], table[f"{key}__previous"] = value, before[key]
    del usage
    seen = read(given["account_days"], ["account", "day"]).groupby("account").day.max()  # type: ignore[arg-type]
    table["days_since_last_seen"] = (pd.Timestamp(as_of) - pd.to_datetime(seen)).dt.days.astype(float)
    records = read(given["records"], ["account", "day", "name", "value", "seconds", "properties"])  # type: ignore[arg-type]
    table |= record_measures(records, as_of)
    state = pd.DataFrame(table)
    for key in [column for column in state if f"{column}__previous" in state]:
        before = state[f"{key}__previous"].fillna(0.0)
        state[key] = state[key].fillna(0.0)
        state[f"{key}__change"] = np.where(before != 0, (state[key] - before) / before.abs(), np.nan)
    state["mrr_growth_28d"] = state.mrr_0.astype(float) / state.mrr_28.astype(float) - 1
    state["mrr_growth_84d"] = state.mrr_0.astype(float) / state.mrr_84.astype(float) - 1
    state["seats_growth_84d"] = state.seats_0.astype(float) / state.seats_84.astype(float) - 1
    state["seats_used_share"] = state.people_active_28d / state.seats_0.astype(float)
    state["tenure_days"] = (pd.Timestamp(as_of) - pd.to_datetime(state.started)).dt.days
    inputs, weights = [], []
    for key, (worst, best, weight) in CURVES.items():
        value = state[key].astype(float)
        points = ((value - worst) / (best - worst) * 100).clip(0, 100)
        inputs.append(
            pd.DataFrame(
                {
                    "account": state.index.to_numpy(),
                    "measure": key,
                    "value": value.to_numpy(),
                    "points": points.to_numpy(),
                }
            )
        )
        weights.append(points.notna().to_numpy() * weight)
    total = np.sum(weights, axis=0)
    points = [each.points.to_numpy() for each in inputs]
    parts = [weight / total * (100 - p) for weight, p in zip(weights, points, strict=True)]
    for frame, part in zip(inputs, parts, strict=True):
        frame["contribution"] = part
    state["score"] = 100 - np.nansum(parts, axis=0)
    state["band"] = pd.cut(state.score, [-1, 40, 70, 101], labels=["risk", "watch", "healthy"]).astype(str)
    state["top_reason"] = np.array(list(CURVES))[np.nan_to_num(np.array(parts)).argmax(axis=0)]
    state.to_parquet(out / "state.parquet")
    pd.concat(inputs).sort_values("account").to_parquet(out / "scores.parquet")


if __name__ == "__main__":
    started = time.perf_counter()
    main(json.loads(Path(sys.argv[1]).read_text()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - started,
                "processor": used.ru_utime + used.ru_stime,
                "peak_gb": peak,
            }
        )
    )

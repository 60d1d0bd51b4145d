"""Measures: what the product knows of each account, how it is defined, how fresh and how complete it is."""

from collections.abc import Collection
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenure.base.refusals import NotFound
from tenure.definitions import queries as definitions
from tenure.health import queries as health
from tenure.measures import queries
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.workspace.measures import rows
from tenure.tenants.contracts import Permission


@page(Permission.VIEW)
@require_GET
def measures(request: TeamRequest) -> HttpResponse:
    """All published measures by the feed they come from."""
    published = queries.published()
    freshness = queries.freshness(request.as_of)
    context = {
        "groups": rows.groups(
            published,
            customers(request.as_of, published),
            fresh={feed.feed: _fresh(feed, request.as_of) for feed in freshness.feeds},
            stale=freshness.stale_since,
            in_score=_in_score(),
        ),
        "count": len(published),
    }
    return render(request, "workspace/measures/list.html", context)


@page(Permission.VIEW)
@require_GET
def measure(request: TeamRequest, key: str) -> HttpResponse:
    """One measure: its distribution over the customers, its definition, its versions."""
    found = queries.published().get(key)
    if found is None:
        raise NotFound(f"There is no measure {key!r}.")
    read = rows.reading(customers(request.as_of, (key,)), key)
    stale = queries.freshness(request.as_of).stale_since.get(key)
    chart, table = rows.distribution(read, found.measure) if read.values else ("", ())
    context = {
        "row": rows.row(found, read, stale=stale, in_score=key in _in_score()),
        "measure": found.measure,
        "definition": rows.definition(found.measure),
        "feed": rows.FEEDS[found.measure.feed],
        "stale": stale,
        "known": formats.number(read.known),
        "accounts": read.accounts,
        "quarters": [rows.value(each, found.measure) for each in _quarters(read)],
        "chart": chart,
        "headline": rows.headline(read, found.measure, definitions.labels().customers) if read.values else "",
        "table": table,
        "versions": definitions.versions("measure", key),
    }
    return render(request, "workspace/measures/measure.html", context)


def customers(as_of: date, columns: Collection[str]) -> pa.Table | None:
    """Some of the facts of the customers on a day; None before anything was computed."""
    try:
        table = health.state_as_of(as_of).table
    except health.NoScores:
        return None
    chosen = table.select([name for name in table.column_names if name in columns])
    return chosen.filter(pc.equal(table["status"], "customer")) if "status" in table.column_names else chosen


def _in_score() -> frozenset[str]:
    found = health.scorecard()
    if found is None:
        return frozenset()
    return frozenset(m.measure for profile in found[2].in_order() for _, m in profile.measures())


def _fresh(feed: queries.FeedFreshness, as_of: date) -> str:
    if feed.last_day is None:
        return "nothing delivered yet"
    return f"data until {formats.day(feed.last_day)}, {formats.relative_day(feed.last_day, as_of)}"


def _quarters(read: rows.Reading) -> list[float]:
    """Lowest, quarter, median, three quarters, highest."""
    if not read.values:
        return []
    last = len(read.values) - 1
    return [read.values[round(last * share)] for share in (0, 0.25, 0.5, 0.75, 1)]

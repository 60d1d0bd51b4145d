"""The design system on one page: every component with every state, as pages use them."""

import math
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render

from tenure.screens import charts
from tenure.screens.access import TeamRequest, page
from tenure.screens.workspace.components import samples
from tenure.tenants.contracts import Permission


@page(Permission.VIEW)
def components(request: TeamRequest) -> HttpResponse:
    """Shown to every member; it holds no customer data."""
    days = [request.as_of - timedelta(days=90 - n) for n in range(90)]
    went = [74 - n * 0.28 + 5 * math.sin(n / 5) if not 30 <= n < 34 else None for n in range(90)]
    context = {
        "rows": samples.ROWS,
        "went": went,
        "fell": samples.falling(),
        "fell_total": samples.total(),
        "line": charts.line(
            list(zip(days, went, strict=True)),
            label="Score over 90 days, from 74 down to 49",
            low=0,
            high=100,
            bands=(("risk", 0, 40), ("watch", 40, 70), ("healthy", 70, 100)),
            markers=(charts.Marker(days[52], "Scorecard v2"),),
        ),
        "bars": charts.bars(
            [(f"{d.day} {d:%b}", float((n * 7) % 23)) for n, d in enumerate(days[-28:])], label="Logins a day"
        ),
        "distribution": charts.distribution(
            [0, 5, 10, 15, 20, 25, 30, 35], [4, 18, 41, 66, 38, 12, 3], label="People active in 28 days", here=5
        ),
        "curve": charts.curve([(0, 0), (5, 40), (15, 90), (30, 100)], label="Points by people active", here=5),
        "steps": charts.curve([(0, 100), (2, 60), (5, 20), (8, 0)], label="Points by open tickets", steps=True, here=3),
        "entry": samples.ENTRY,
        "start": request.as_of - timedelta(days=12),
    }
    return render(request, "workspace/components.html", context)

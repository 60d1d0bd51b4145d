"""A small line in a table cell: how a score went."""

from collections.abc import Sequence

from markupsafe import Markup

from tenure.screens.charts import scale

BRIDGED = 7
"""Days without a value that a line crosses: history older than a quarter is kept by the week."""


def sparkline(
    values: Sequence[float | None],
    *,
    band: str = "unknown",
    low: float | None = 0,
    high: float | None = 100,
    label: str = "",
) -> Markup:
    """`values` oldest first. `band` colours it; `low` and `high` None fit the line to its own range.

    With fewer than two known values nothing is drawn. `label` says it in words; without one it is decoration
    beside a number that says the same.
    """
    known = [v for v in values if v is not None and v == v]
    if len(known) < 2:
        return Markup("")
    floor = min(known) if low is None else low
    ceiling = max(known) if high is None else high
    last = max(len(values) - 1, 1)
    points = [
        (n / last * 88, None if v is None or v != v else 18.5 - scale.place(v, floor, ceiling) * 0.17)
        for n, v in enumerate(values)
    ]
    runs = scale.paths(scale.bridged(points, BRIDGED))
    line = "".join(scale.path(run) for run in runs)
    area = "".join(
        f"{scale.path(run)}L{scale.short(run[-1][0])} 20L{scale.short(run[0][0])} 20Z" for run in runs if len(run) > 1
    )
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup(
        '<svg class="sparkline sparkline-{}" viewBox="0 0 88 20" preserveAspectRatio="none" {}>'
        '<path class="sparkline-area" d="{}"/><path d="{}"/></svg>'
    ).format(band, said, area, line)

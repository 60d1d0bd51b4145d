"""An estimate with its interval on a scale, beside the value that would mean nothing."""

from collections.abc import Callable

from markupsafe import Markup

from tenure.screens import formats
from tenure.screens.charts import scale

HEIGHT = 44


def interval(
    value: float,
    low: float,
    high: float,
    *,
    label: str,
    ends: tuple[float, float],
    nothing: float,
    nothing_label: str,
    write: Callable[[float], str] = formats.number,
) -> Markup:
    """The estimate as a dot, its interval as a bar; `ends` are those of the scale, `nothing` is marked by a line."""
    places = [min(max(scale.place(each, *ends), 0.0), 100.0) for each in (value, low, high, nothing)]
    dot, left, _, mark = (scale.short(each) for each in places)
    anchor = "start" if places[3] < 20 else "end" if places[3] > 80 else "middle"
    return Markup(
        '<svg class="chart" height="{height}" role="img" aria-label="{label}">'
        '<line class="axis" x1="0" x2="100%" y1="18" y2="18"/>'
        '<line class="marker" x1="{mark}%" x2="{mark}%" y1="4" y2="28"/>'
        '<rect class="bar bar-quiet" x="{left}%" width="{width}%" y="13" height="10" rx="5"/>'
        '<circle class="dot" cx="{dot}%" cy="18" r="6"/>'
        '<text x="0" y="{foot}">{first}</text><text x="100%" y="{foot}" text-anchor="end">{last}</text>'
        '<text x="{mark}%" y="{foot}" text-anchor="{anchor}">{nothing_label}</text></svg>'
    ).format(
        height=HEIGHT, label=label, mark=mark, left=left, width=scale.short(places[2] - places[1]), dot=dot,
        foot=HEIGHT - 4, first=write(ends[0]), last=write(ends[1]), anchor=anchor, nothing_label=nothing_label,
    )  # fmt: skip

"""An estimate with its interval in a row of a table, beside the figure of everybody."""

from markupsafe import Markup

from tenure.screens.charts import scale


def whisker(value: float, low: float, high: float, *, beside: float, ends: tuple[float, float]) -> Markup:
    """The estimate as a dot, its interval as a bar; `beside` is marked by a line. The figures stand in words next to
    it, so it is not read out."""
    dot, left, right, mark = (
        scale.short(min(max(scale.place(each, *ends), 0.0), 100.0)) for each in (value, low, high, beside)
    )
    return Markup(
        '<svg class="whisker" height="16" aria-hidden="true" focusable="false">'
        '<line class="whisker-axis" x1="0" x2="100%" y1="8" y2="8"/>'
        '<line class="whisker-mark" x1="{mark}%" x2="{mark}%" y1="0" y2="16"/>'
        '<line class="whisker-bar" x1="{left}%" x2="{right}%" y1="8" y2="8"/>'
        '<circle class="whisker-dot" cx="{dot}%" cy="8" r="4"/></svg>'
    ).format(mark=mark, left=left, right=right, dot=dot)

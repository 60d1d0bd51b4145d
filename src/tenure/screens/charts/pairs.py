"""Two amounts side by side, a pair a week: what is against what would be."""

from collections.abc import Sequence

from markupsafe import Markup

from tenure.screens import formats
from tenure.screens.charts import scale


def pairs(
    values: Sequence[tuple[str, float, float]], *, label: str, names: tuple[str, str], height: int = 160
) -> Markup:
    """A quiet bar and an accented one for each (name, amount, amount); `names` are the two in the text shown while a
    pair is pointed at."""
    if not values:
        return Markup("")
    plot, width = height - 40, 100 / len(values)
    top = max(max(one, other) for _, one, other in values) or 1
    drawn, hits = [], []
    for n, (name, one, other) in enumerate(values):
        for at, amount in enumerate((one, other)):
            tall = max(amount / top * plot, 1.5 if amount else 0)
            drawn.append(
                Markup('<rect class="{}" x="{}%" width="{}%" y="{}" height="{}" rx="1.5"/>').format(
                    "bar" if at else "bar bar-quiet",
                    scale.short(n * width + width * (0.14 + 0.38 * at)),
                    scale.short(width * 0.34),
                    scale.short(20 + plot - tall),
                    scale.short(tall),
                )
            )
        middle = (n + 0.5) * width
        anchor = "start" if middle < 20 else "end" if middle > 80 else "middle"
        said = f"{name}: {names[0]} {formats.number(one)}, {names[1]} {formats.number(other)}"
        hits.append(
            Markup(
                '<g class="hit"><rect x="{}%" width="{}%" y="0" height="{}"/>'
                '<text class="value halo" x="{}%" y="12" text-anchor="{}">{}</text></g>'
            ).format(scale.short(n * width), scale.short(width), plot + 20, scale.short(middle), anchor, said)
        )
    last = len(values) - 1
    shown = Markup("").join(
        Markup('<text x="{}%" y="{}" text-anchor="{}">{}</text>').format(
            {0: "0", last: "100"}.get(n, scale.short((n + 0.5) * width)), height - 4,
            "start" if n == 0 else "end" if n == last else "middle", values[n][0],
        )
        for n in sorted({0, last // 2, last})
    )  # fmt: skip
    return Markup(
        '<svg class="chart" height="{0}" role="img" aria-label="{1}">'
        '<line class="axis" x1="0" x2="100%" y1="{2}" y2="{2}"/>{3}<g aria-hidden="true">{4}</g>{5}</svg>'
    ).format(height, label, 20 + plot, Markup("").join(drawn), Markup("").join(hits), shown)

"""Charts made on the server as inline SVG: geometry in attributes, colours in classes (`frontend/css/charts.css`).

Each function takes finished numbers and returns safe markup. Unknown values (None) leave a gap. Texts sit at
percentages and shapes in a stretched inner drawing, so that a chart fits any width and its letters never shrink.
"""

from tenure.screens.charts.bars import bars, distribution, meter
from tenure.screens.charts.curve import curve
from tenure.screens.charts.editor import Histogram, Window, editor, window
from tenure.screens.charts.heat import STEPS, heat
from tenure.screens.charts.interval import interval
from tenure.screens.charts.line import Marker, line
from tenure.screens.charts.movements import Fall, movements
from tenure.screens.charts.pairs import pairs
from tenure.screens.charts.sparkline import sparkline
from tenure.screens.charts.waterfall import Step, total, waterfall
from tenure.screens.charts.whisker import whisker

__all__ = [
    "STEPS", "Fall", "Histogram", "Marker", "Step", "Window", "bars", "curve", "distribution", "editor", "heat",
    "interval", "line", "meter", "movements", "pairs", "sparkline", "total", "waterfall", "whisker", "window",
]  # fmt: skip

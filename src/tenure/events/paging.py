"""A timeline's page, piece by piece: pure, no I/O."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

MARGIN = 1.5
"""Of the wanted rows, what the months of a question should hold: asking twice costs more than reading more."""


class Backwards:
    """Goes back through the months, and learns on the way how much more or less than expected an account has.

    `expected` are the rows of an account like this one by month ("YYYY-MM").
    """

    def __init__(self, expected: Mapping[str, float]) -> None:
        self._left = dict(sorted(expected.items()))
        self._expected = self._found = 0.0

    def months(self, wanted: int) -> set[str]:
        """The next months, newest first, that should hold `wanted` rows; none when all were given."""
        share = min(1.0, self._found / self._expected) if self._expected else 1.0
        chosen, rows = set[str](), 0.0
        while self._left and rows < wanted * MARGIN:
            month, expected = self._left.popitem()
            chosen.add(month)
            rows += share * expected
            self._expected += expected
        return chosen

    def found(self, rows: int) -> None:
        """What there was in the months given last."""
        self._found += rows


def standing(rows: pa.Table) -> pa.Table:
    """One row, the latest received, of every message whose signs add up to more than nothing; in the order given."""
    ordered = rows.append_column("place", pa.array(range(rows.num_rows), pa.int64())).sort_by(
        [("sign", "descending"), ("received_at", "descending"), ("place", "ascending")]
    )
    messages = ordered.group_by(["source", "message_id", "content"], use_threads=False).aggregate(
        [("sign", "sum"), ("place", "first")]
    )
    left = messages.filter(pc.greater(messages["sign_sum"], 0))
    return rows.take(left["place_first"].sort())


def without_last_message(rows: pa.Table) -> pa.Table:
    """Rows, newest first, up to the last message, of which some may have been cut off."""
    if not rows.num_rows:
        return rows
    last = rows.slice(rows.num_rows - 1)
    moment, message = last["at"][0], last["message_id"][0]
    return rows.filter(pc.invert(pc.and_(pc.equal(rows["at"], moment), pc.equal(rows["message_id"], message))))

"""Which fields make kinds of customers: those that tell apart some, and do not tell each by name. Pure."""

import pyarrow as pa
import pyarrow.compute as pc

from tenure.revenue.groups import FieldGroups, by_column
from tenure.revenue.runs import Whole

MOST = 30
"""A field with more words than this tells customers apart by name."""


def kinds_by(column: str, label: str, accounts: Whole, values: pa.Array) -> FieldGroups | None:
    """The groups of customers by a column, a value each; None where they are all alike, or all different."""
    is_number = pa.types.is_integer(values.type) or pa.types.is_floating(values.type)
    # One of the words may be no word at all.
    if not is_number and pc.count_distinct(values.cast(pa.string())).as_py() > MOST + 1:
        return None
    groups = by_column(values)
    known = sum(name is not None for name in groups.names)
    return FieldGroups(column, label, accounts, groups) if 1 < known <= MOST else None

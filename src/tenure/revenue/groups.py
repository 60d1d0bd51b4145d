"""What tells accounts apart: a field, a measure in bands, being in a segment, the touch tier, or any condition.

plan · trait.industry · owner · band        the value of a field
logins_28d · mrr                            a number in four bands with as many accounts each
logins_28d:5,20                             in bands of one's own: under 5, 5 to 20, 20 or more
segment:payment_late                        who was in a segment, and who was not
touch_tier                                  the closest touch tier
mrr >= 1000 and plan = 'Pro'                who fits a condition, and all others
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.base.refusals import Invalid, NotFound
from tenure.health import current
from tenure.measures.contracts import Catalogue, Field
from tenure.measures.language import Expression, parse
from tenure.segments import queries as segments

TIER, SEGMENT = "touch_tier", "segment:"
FEW = 12
"""A number with more values than these is put in bands."""
EDGES = 9
_NAME = re.compile(r"[\w.]+")
_BANDED = re.compile(r"([\w.]+)\s*:\s*(-?[\d.]+(?:\s*,\s*-?[\d.]+)*)")


@dataclass(frozen=True, slots=True)
class Groups:
    """The group of each row, null where it is not known; `order` of those that have one."""

    values: pa.Array
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grouping:
    """How accounts are told apart: its name for people, the columns that it reads, and the groups of rows of these.
    `is_condition`: by an expression, which is then its name."""

    label: str
    columns: tuple[str, ...]
    of: Callable[[pa.Table], Groups]
    is_condition: bool = False


def read(by: str, known: Catalogue) -> Grouping:
    """What `by` says. Refuses with `NotFound` what is no field and no segment, with `Invalid` edges that do not rise,
    with `ExpressionError` a condition that cannot be read."""
    text = by.strip()
    if text.startswith(SEGMENT):
        return _by_field(_segment(text.removeprefix(SEGMENT).strip(), known))
    if _NAME.fullmatch(text):
        field = known.find(text)
        if field is None and text == TIER:
            return _by_tier()
        return _by_field(_found(field, text))
    if banded := _BANDED.fullmatch(text):
        return _by_edges(_found(known.find(banded[1]), banded[1]), banded[2])
    return _by_condition(parse(text, known))


def _found(field: Field | None, name: str) -> Field:
    if field is None:
        raise NotFound(
            f"There is no field {name!r}. See the fields on the page Measures; a segment is written segment:key, the"
            f" touch tier {TIER}, and a condition as in a filter."
        )
    return field


def _segment(key: str, known: Catalogue) -> Field:
    field = known.find(f"segment.{key}")
    if field is None:
        raise NotFound(f"There is no segment {key!r} of accounts. Take one of those on the page Segments.")
    return field


def _by_field(field: Field) -> Grouping:
    label = field.label or field.key
    if field.kind == "segment":
        inside, outside = f"In “{label}”", "All others"
        return Grouping(label, (field.column,), lambda table: _two(_column(table, field), inside, outside))
    if field.type == "list":
        raise Invalid(f"{label} has several values for one account, so it makes no groups. Write a condition instead.")
    of = _of_numbers if field.type == "number" else _of_values
    if (field.kind, field.key) == ("attribute", "owner"):
        return Grouping(label, (field.column,), lambda table: Groups(pc.fill_null(_column(table, field), "Nobody")))
    return Grouping(label, (field.column,), lambda table: of(_column(table, field)))


def _by_tier() -> Grouping:
    tiers = segments.tiers()
    if not tiers:
        raise NotFound("There is no touch tier. Give a segment the entitlements of one on the page Segments.")
    columns = tuple(column for column, _ in tiers)

    def of(table: pa.Table) -> Groups:
        found = pa.nulls(table.num_rows, pa.string())
        for column, name in reversed(tiers):
            inside = pc.fill_null(_there(table, column, pa.bool_()), False)
            found = pc.if_else(inside, pa.scalar(name), found)
        return Groups(pc.fill_null(found, "No touch tier"), (*(name for _, name in tiers), "No touch tier"))

    return Grouping("Touch tier", columns, of)


def _by_condition(condition: Expression) -> Grouping:
    def of(table: pa.Table) -> Groups:
        return _two(current.evaluate(table, [{"fits": condition}])["fits"], "Fits", "All others")

    return Grouping(str(condition), condition.columns, of, is_condition=True)


def _by_edges(field: Field, text: str) -> Grouping:
    label = field.label or field.key
    if field.type != "number":
        raise Invalid(f"{label} is no number, so it has no bands: take {field.key} alone.")
    try:
        edges = [float(each) for each in text.split(",")]
    except ValueError:
        raise Invalid(f"Edges of bands are numbers such as 5,20, not {text!r}.") from None
    if edges != sorted(set(edges)) or len(edges) > EDGES:
        raise Invalid(
            f"Edges of bands rise from one to the next, and are at most {EDGES}: write 5,20 and not {text!r}."
        )
    return Grouping(label, (field.column,), lambda table: _in_bands(_column(table, field), edges))


def _of_values(column: pa.Array) -> Groups:
    if pa.types.is_boolean(column.type):
        return _two(column, "yes", "no", unknown=True)
    return Groups(column.cast(pa.string()))


def _of_numbers(column: pa.Array) -> Groups:
    """Few numbers as they are; many in four bands that hold about as many accounts each."""
    numbers = column.cast(pa.float64())
    distinct = pc.unique(numbers.drop_null()).to_pylist()
    if len(distinct) <= FEW:
        order = sorted(distinct)
        written = [f"{each:.10g}" for each in order]
        places = pc.index_in(numbers, value_set=pa.array(order, pa.float64()))
        return Groups(pa.array(written, pa.string()).take(places), tuple(written))
    cuts = np.quantile(numbers.drop_null().to_numpy(zero_copy_only=False), (0.25, 0.5, 0.75))
    return _in_bands(numbers, sorted({float(f"{cut:.3g}") for cut in cuts}))


def _in_bands(column: pa.Array, edges: Sequence[float]) -> Groups:
    """From an edge on up to the next, which is left out."""
    numbers = column.cast(pa.float64())
    values = numbers.fill_null(float("nan")).to_numpy(zero_copy_only=False)
    names = [
        f"under {_written(edges[0])}",
        *(f"{_written(low)} to under {_written(high)}" for low, high in pairwise(edges)),
        f"{_written(edges[-1])} or more",
    ]
    places = pa.array(np.searchsorted(edges, values, side="right"), mask=np.isnan(values))
    return Groups(pa.array(names, pa.string()).take(places), tuple(names))


def _two(column: pa.Array, yes: str, no: str, *, unknown: bool = False) -> Groups:
    held = column if unknown else pc.fill_null(column, False)
    return Groups(pc.if_else(held, pa.scalar(yes), pa.scalar(no)), (yes, no))


def _column(table: pa.Table, field: Field) -> pa.Array:
    types = {"number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32()}
    return _there(table, field.column, types.get(field.type, pa.string()))


def _there(table: pa.Table, name: str, kind: pa.DataType) -> pa.Array:
    return table[name].combine_chunks() if name in table.column_names else pa.nulls(table.num_rows, kind)


def _written(number: float) -> str:
    return f"{number:,.10g}"

"""What tells accounts apart: a field, a measure in bands, being in a segment, the touch tier, or any condition.

plan · trait.industry · owner · band        the value of a field
logins_28d · mrr                            a number in four bands with about as many accounts each
logins_28d:5,20                             in bands of one's own: under 5, 5 to 20, 20 or more
segment:payment_late                        who was in a segment, and who was not
touch_tier                                  the closest touch tier
mrr >= 1000 and plan = 'Pro'                who fits a condition, and all others
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.base.refusals import Invalid, NotFound
from tenure.health import current
from tenure.measures.contracts import Catalogue, Field
from tenure.measures.language import Expression, parse
from tenure.revenue import groups
from tenure.revenue.groups import Groups
from tenure.segments import queries as segments

TIER, SEGMENT = "touch_tier", "segment:"
EDGES = 9
_NAME = re.compile(r"[\w.]+")
_BANDED = re.compile(r"([\w.]+)\s*:\s*(-?[\d.]+(?:\s*,\s*-?[\d.]+)*)")


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
        return Grouping(label, (field.column,), lambda table: groups.by_being(_column(table, field), inside, outside))
    if field.type == "list":
        raise Invalid(f"{label} has several values for one account, so it makes no groups. Write a condition instead.")
    if (field.kind, field.key) == ("attribute", "owner"):
        return Grouping(
            label, (field.column,), lambda table: groups.by_words(pc.fill_null(_column(table, field), "Nobody"))
        )
    return Grouping(label, (field.column,), lambda table: groups.by_column(_column(table, field)))


def _by_tier() -> Grouping:
    tiers = segments.tiers()
    if not tiers:
        raise NotFound("There is no touch tier. Give a segment the entitlements of one on the page Segments.")
    columns = tuple(column for column, _ in tiers)

    def of(table: pa.Table) -> Groups:
        inside = (pc.fill_null(_there(table, column, pa.bool_()), False) for column in columns)
        closest = np.select([each.to_numpy(zero_copy_only=False) for each in inside], range(len(tiers)), len(tiers))
        return Groups.of((*(name for _, name in tiers), "No touch tier"), closest, ordered=True)

    return Grouping("Touch tier", columns, of)


def _by_condition(condition: Expression) -> Grouping:
    def of(table: pa.Table) -> Groups:
        fits = current.evaluate(table, [{"fits": condition}])["fits"]
        return groups.by_being(fits, "Fits", "All others")

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
    return Grouping(label, (field.column,), lambda table: groups.by_bands(_column(table, field), edges))


def _column(table: pa.Table, field: Field) -> pa.Array:
    types = {"number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32()}
    return _there(table, field.column, types.get(field.type, pa.string()))


def _there(table: pa.Table, name: str, kind: pa.DataType) -> pa.Array:
    return table[name].combine_chunks() if name in table.column_names else pa.nulls(table.num_rows, kind)

"""Groups: customers told apart by a field of words, or by bands of one of numbers. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

MOST = 30
"""A field with more words than this tells customers apart by name."""
APART = 6
"""So many different numbers, or fewer, are groups of their own."""
QUARTERS = (0.25, 0.5, 0.75)

type Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grouping:
    """A field; `names` are its values and None for those of whom nothing is known, `codes` each customer's place."""

    column: str
    label: str
    banded: bool
    names: tuple[str | None, ...]
    codes: Whole


def grouping(column: str, label: str, values: pa.Array) -> Grouping | None:
    """What a column makes of customers, a value each; None where they are all alike, or all different."""
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        found = _of_numbers(values)
    elif pa.types.is_boolean(values.type):
        found = _of_words(pc.if_else(values, pa.scalar("Yes"), pa.scalar("No")))
    else:
        found = _of_words(values.cast(pa.string()))
    if found is None:
        return None
    names, places, banded = found
    if (places < 0).any():
        return Grouping(column, label, banded, (*names, None), np.where(places < 0, len(names), places))
    return Grouping(column, label, banded, tuple(names), places)


def _of_words(values: pa.Array) -> tuple[Sequence[str], Whole, bool] | None:
    coded = values.dictionary_encode()
    if len(coded.dictionary) > MOST + 1:  # one of them may be no word at all
        return None
    found: list[str] = coded.dictionary.to_pylist()
    names = sorted(each for each in found if each)
    if not 1 < len(names) <= MOST:
        return None
    place = np.array([names.index(each) if each else -1 for each in found], np.int64)
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return names, np.where(codes < 0, -1, place[codes]), False


def _of_numbers(values: pa.Array) -> tuple[Sequence[str], Whole, bool] | None:
    """Few different numbers as they are, else four bands with as many customers each as round edges allow."""
    numbers = values.cast(pa.float64()).fill_null(float("nan")).to_numpy(zero_copy_only=False)
    known = numbers[np.isfinite(numbers)]
    different = np.unique(known)
    if len(different) < 2:
        return None
    if len(different) <= APART:
        names = [_written(each) for each in different]
        codes = np.searchsorted(different, numbers)
    else:
        edges = np.unique([_rounded(each) for each in np.quantile(known, QUARTERS)])
        edges = edges[(edges >= different[0]) & (edges < different[-1])]
        if not len(edges):
            return None
        names = _bands(edges)
        codes = np.searchsorted(edges, numbers)
    return names, np.where(np.isfinite(numbers), codes, -1).astype(np.int64), True


def _bands(edges: NDArray[np.float64]) -> list[str]:
    written = [_written(each) for each in edges]
    between = [f"over {low} to {high}" for low, high in pairwise(written)]
    return [f"up to {written[0]}", *between, f"over {written[-1]}"]


def _rounded(number: float) -> float:
    """To two figures: an edge that people would draw."""
    return round(number, 1 - floor(log10(abs(number)))) if number else 0.0


def _written(number: float) -> str:
    return f"{number:,.10g}"

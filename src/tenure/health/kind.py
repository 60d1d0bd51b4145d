"""The kind `scorecard`: its schema, and what a schema cannot see: fields that exist, expressions that read, profiles
that can be reached."""

from collections.abc import Iterator

from pydantic import BaseModel

from tenure.base.refusals import Problem
from tenure.definitions.contracts import Kind
from tenure.health.card import KIND
from tenure.health.scorecard import CardMeasure, Dimension, ExceptionRule, LookupCurve, Scorecard
from tenure.measures.contracts import Catalogue
from tenure.measures.language import ExpressionError, parse
from tenure.measures.queries import catalogue as catalogue_of


def check(key: str, body: BaseModel) -> list[Problem]:
    """What is wrong with a scorecard in this workspace, each problem with the path of its place."""
    assert isinstance(body, Scorecard)
    return list(problems(body, catalogue_of("account")))


def problems(card: Scorecard, catalogue: Catalogue) -> Iterator[Problem]:
    """The same, against a catalogue."""
    yield from _dimensions(card.dimensions, "dimensions", catalogue)
    yield from _exceptions(card.exceptions, "exceptions", catalogue)
    for place, profile in enumerate(card.profiles):
        where = f"profiles.{place}"
        yield from _dimensions(profile.dimensions, f"{where}.dimensions", catalogue)
        yield from _exceptions(profile.exceptions, f"{where}.exceptions", catalogue)
        if profile.applies_to is not None:
            yield from _expression(profile.applies_to, f"{where}.applies_to", catalogue)
        elif place < len(card.in_order()) - 1:
            yield Problem("applies to everybody, so that no profile after it is reached; move it to the end", where)


def _dimensions(dimensions: tuple[Dimension, ...], where: str, catalogue: Catalogue) -> Iterator[Problem]:
    for place, dimension in enumerate(dimensions):
        for at, measure in enumerate(dimension.measures):
            yield from _measure(measure, f"{where}.{place}.measures.{at}", catalogue)


def _measure(measure: CardMeasure, where: str, catalogue: Catalogue) -> Iterator[Problem]:
    field = catalogue.find(measure.measure)
    if field is None:
        yield Problem(
            f"expected a measure or field of this workspace; there is no {measure.measure!r}", f"{where}.measure"
        )
    elif measure.of != "value" and field.kind != "measure":
        yield Problem(f"{measure.measure} is not counted over a window: it has no {measure.of}", f"{where}.of")
    elif field.type == "date":
        yield Problem(f"{measure.measure} is a day; use a measure of days instead", f"{where}.measure")
    elif field.type == "list":
        yield Problem(f"{measure.measure} is a list; ask in an exception whether it has something", f"{where}.measure")
    elif field.type == "text" and not isinstance(measure.curve, LookupCurve):
        yield Problem(f"{measure.measure} is a text: expected a curve of kind lookup", f"{where}.curve.kind")


def _exceptions(rules: tuple[ExceptionRule, ...], where: str, catalogue: Catalogue) -> Iterator[Problem]:
    for place, rule in enumerate(rules):
        yield from _expression(rule.when, f"{where}.{place}.when", catalogue)


def _expression(text: str, where: str, catalogue: Catalogue) -> Iterator[Problem]:
    try:
        parse(text, catalogue, max_level="measure")
    except ExpressionError as error:
        yield Problem(f"{error} (at ‘{text[error.start : error.end]}’)", where)


SCORECARD = Kind(KIND, Scorecard, check)

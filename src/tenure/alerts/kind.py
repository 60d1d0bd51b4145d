"""The kind `alert_rule`: its schema, and what a schema cannot see: fields that are there, conditions that read."""

from collections.abc import Iterator

from pydantic import BaseModel

from tenure.alerts import conditions
from tenure.alerts.document import KIND, RESERVED, AlertRule, DateNear, MeasureMove
from tenure.base.refusals import Problem
from tenure.definitions.contracts import Kind
from tenure.measures.contracts import Catalogue
from tenure.measures.language import ExpressionError, parse
from tenure.segments import queries as segments


def check(key: str, body: BaseModel) -> list[Problem]:
    """What is wrong with a rule in this workspace, each problem with the path of its place."""
    assert isinstance(body, AlertRule)
    catalogue = segments.catalogue()
    return [*_of_condition(body, catalogue), *_of_evidence(body, catalogue)]


def _of_condition(body: AlertRule, catalogue: Catalogue) -> Iterator[Problem]:
    if isinstance(body.when, DateNear) and (found := catalogue.find(body.when.field)) and found.type != "date":
        yield Problem(f"{body.when.field!r} is no day; choose a field that is one", "when.field")
        return
    if isinstance(body.when, MeasureMove) and (found := catalogue.find(body.when.measure)) and found.type != "number":
        yield Problem(f"{body.when.measure!r} is no number; choose a measure", "when.measure")
        return
    asked = conditions.asked(body)
    if body.where is not None and asked is None:
        yield from _read(body.where, catalogue, "where")
    if asked is None:
        return
    whole = list(_read(asked.now, catalogue, "when"))
    # A problem of the narrowing condition is told at its own place.
    yield from (list(_read(body.where, catalogue, "where")) if whole and body.where else []) or whole


def _read(text: str, catalogue: Catalogue, where: str) -> Iterator[Problem]:
    try:
        parse(text, catalogue)
    except ExpressionError as error:
        yield Problem(f"{error} (at ‘{text[error.start : error.end]}’)", where)


def _of_evidence(body: AlertRule, catalogue: Catalogue) -> Iterator[Problem]:
    for number, name in enumerate(body.evidence):
        if catalogue.find(name) is None:
            yield Problem(f"No measure, field or trait is called {name!r}", f"evidence.{number}")


ALERT_RULE = Kind(KIND, AlertRule, check, reserved=RESERVED)

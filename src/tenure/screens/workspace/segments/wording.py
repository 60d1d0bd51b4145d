"""How pages speak of segments: shapes, tiers, courses, a condition in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from tenure.definitions import queries as definitions
from tenure.definitions.contracts import PublishedDefinition
from tenure.definitions.labels import Labels
from tenure.measures.contracts import Catalogue
from tenure.measures.language import ExpressionError, parse
from tenure.screens import charts, formats
from tenure.segments import builder
from tenure.segments.builder import Condition, Form
from tenure.segments.contracts import Entity, Segment, SizePoint, Tier

SHAPES = {
    "dynamic": ("By condition", "list-filter"),
    "static": ("By hand", "layout-list"),
    "frozen": ("Snapshot", "snowflake"),
    "random": ("By chance", "circle-dot"),
}


ENTITIES: dict[Entity, str] = {"account": "Accounts", "person": "People"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A line of a condition in words; `inner` lines stand inside it."""

    text: str
    inner: tuple[str, ...] = ()


def body(each: PublishedDefinition) -> Segment:
    """The document of a segment in force."""
    assert isinstance(each.body, Segment)
    return each.body


def labels() -> Labels:
    """The workspace's words."""
    return definitions.labels()


def sparkline(points: Sequence[SizePoint], name: str) -> Markup:
    """The course of a size over the days that are known."""
    return charts.sparkline([float(p.size) for p in points], low=None, high=None, label=f"Size of {name} over 90 days")


def in_words(where: str, catalogue: Catalogue) -> tuple[str, tuple[Sentence, ...]]:
    """What a condition says, as a head and lines; no lines where only its text can say it."""
    try:
        form = builder.read(parse(where, catalogue))
    except ExpressionError:
        return "", ()
    if form is None:
        return "", ()
    head = "All of these hold" if form.join == "and" else "Any of these holds"
    return head if len(form.items) > 1 else "", tuple(_sentence(item, form, catalogue) for item in form.items)


def _sentence(item: object, form: Form, catalogue: Catalogue) -> Sentence:
    if isinstance(item, Condition):
        return Sentence(line(item, catalogue))
    assert isinstance(item, builder.Group)
    head = "any of" if form.join == "and" else "all of"
    return Sentence(head, tuple(line(each, catalogue) for each in item.conditions))


def line(condition: Condition, catalogue: Catalogue) -> str:
    """A line of the builder in words: `MRR is at least 1,000`."""
    found = builder.subject(condition.field, catalogue)
    if found is None:
        return condition.field
    words = dict(builder.OPERATORS[found.kind]).get(condition.operator, condition.operator)
    if found.kind == "segment":
        return f"{words} the segment {found.label}"
    values = [_said(value, found.kind) for value in condition.values]
    if condition.operator in builder.DAYS:
        return f"{found.label} {words.replace('…', values[0])}"
    unit = f" {found.field.unit}" if found.kind == "number" and found.field.unit not in ("", "share", "money") else ""
    return f"{found.label} {words} {' and '.join(values)}{unit if values else ''}".strip()


def _said(value: str, kind: builder.Kind) -> str:
    if kind == "change":
        return f"{value.replace('-', formats.MINUS)} %"
    if kind == "date" and len(value) == len("2024-01-31"):
        return formats.day(date.fromisoformat(value))
    if kind == "number":
        try:
            return formats.number(float(value.replace(",", "")))
        except ValueError:
            return value
    return value


def entitlements(tier: Tier) -> tuple[tuple[str, str], ...]:
    """What a tier's accounts are entitled to, name by name."""
    cadence = f"at least every {formats.count(tier.cadence_days, 'day')}" if tier.cadence_days else formats.UNKNOWN
    return (
        ("Tier", f"{tier.order}{' (closest touch)' if tier.order == 1 else ''}"),
        ("Channels", ", ".join(tier.channels) or formats.UNKNOWN),
        ("Contact", cadence),
        ("Named CSM", "Yes" if tier.named_csm else "No"),
        ("Support", tier.support or formats.UNKNOWN),
    )


def how(body: Segment, words: Labels) -> str:
    """One line on how a segment finds its members."""
    one, many = ("person", "people") if body.entity == "person" else (words.account, words.accounts)
    if body.bucket is not None:
        return f"{formats.percent(body.bucket.share)} of all {many}, drawn by chance and the same for ever"
    listed = formats.count(len(body.members or ()), one, many)
    if body.frozen_from is not None:
        return f"{listed} that were in {body.frozen_from.segment} on {formats.day(body.frozen_from.day)}"
    return f"{listed} chosen by hand"

"""How pages speak of alert rules: when they speak in words, guidance as safe HTML, figures."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from tenure.alerts.contracts import (
    AlertRule,
    BandMove,
    Begins,
    DateNear,
    MeasureMove,
    ReviewOpens,
    SegmentMove,
    SourceTrouble,
    TrialResult,
)
from tenure.measures.contracts import Catalogue
from tenure.screens import formats
from tenure.screens.workspace.segments.wording import in_words
from tenure.segments import queries as segments

KINDS = {
    "segment": "Segment", "band": "Band", "measure": "Measure", "date": "Date", "condition": "Condition",
    "review": "Miss review", "sources": "Sources",
}  # fmt: skip
ROLES = (
    ("csm", "CSM"), ("ae", "Account executive"), ("onboarding", "Onboarding"), ("support", "Support"),
    ("manager", "Manager"), ("admins", "Admins of the workspace"),
)  # fmt: skip
_TAGS = {"a", "blockquote", "br", "code", "em", "h3", "h4", "li", "ol", "p", "pre", "strong", "ul"}
_markdown = MarkdownIt("commonmark", {"html": False})


def guidance_html(text: str) -> Markup:
    """Markdown as safe HTML; links lead out, nothing else does anything."""
    made = nh3.clean(
        _markdown.render(text), tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}
    )
    return Markup(made)  # noqa: S704 (cleaned by nh3)


def when(body: AlertRule, catalogue: Catalogue) -> str:
    """When the rule speaks, as a sentence without its end."""
    found = body.when
    match found:
        case SegmentMove():
            known = segments.in_force().get(found.segment)
            return f"an account {found.move} the segment {known.name if known else found.segment}"
        case BandMove():
            before = f" out of {_listed(found.out_of)}" if found.out_of else ""
            return f"the score comes into {_listed(found.to)}{before}"
        case MeasureMove():
            return _measure(found, catalogue)
        case DateNear():
            side = "before" if found.side == "before" else "after"
            return f"it is {formats.count(found.days, 'day')} {side} {_label(found.field, catalogue)}"
        case Begins():
            return _condition(found.condition, catalogue)
        case ReviewOpens():
            return "an account left with a good score"
        case SourceTrouble():
            parked = f"{formats.number(found.parked)} of its events wait for an account" if found.parked else ""
            return f"a source {' or '.join(each for each in ('falls silent' if found.silent else '', parked) if each)}"


def _measure(found: MeasureMove, catalogue: Catalogue) -> str:
    label, move = _label(found.measure, catalogue), "rises to" if found.move == "rises_to" else "falls to"
    if found.of == "change":
        return f"the change of {label} {move} {formats.delta(found.value * 100, 0, ' %')}"
    return f"{label} {move} {formats.number(found.value)}"


def _condition(text: str, catalogue: Catalogue) -> str:
    """A condition in words where lines can say it, else as it is."""
    _, sentences = in_words(text, catalogue)
    said = [f"{each.text}: {', '.join(each.inner)}" if each.inner else each.text for each in sentences]
    return "; ".join(said) or text


def _label(name: str, catalogue: Catalogue) -> str:
    found = catalogue.find(name)
    return (found.label or found.key) if found else name


def _listed(names: tuple[str, ...]) -> str:
    return " or ".join(formats.capital(each) for each in names)


def role(key: str) -> str:
    """What an owner's role is called."""
    return dict(ROLES).get(key, key)


def share(found: tuple[float, float, float] | None) -> str:
    """A share with its interval."""
    if found is None:
        return formats.UNKNOWN
    value, low, high = found
    return f"{formats.percent(value)} ({formats.percent(low)}–{formats.percent(high)})"


def between(found: tuple[float, float, float]) -> str:
    """The interval of a share."""
    return f"{formats.percent(found[1])}–{formats.percent(found[2])} with 95 % certainty"


def tried(result: TrialResult) -> tuple[str, str]:
    """What a trial says: how many alerts, and how many would have been right."""
    per_week = formats.number(result.per_csm_week, 1)
    many = (
        f"{per_week} alerts a week for each of {formats.count(result.csms, 'owner')}: "
        f"{formats.number(sum(result.moves))} in {formats.count(len(result.moves), 'week')}"
    )
    if result.right is None or result.base is None:
        return many, "Whether alerts of this type were right, numbers cannot say."
    if not result.judged:
        return many, "None of them lies long enough back to know what came after."
    return many, (
        f"Of {formats.number(result.judged)} that lie 90 days back or more, {formats.number(result.right)} "
        f"({formats.percent(result.right / result.judged)}) {result.asked}; of all customers on those days "
        f"{formats.percent(result.base, 1)} did."
    )

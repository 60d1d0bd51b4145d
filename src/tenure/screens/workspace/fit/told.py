"""What the pages of fit have in common: addresses of accounts, and how intervals and groups are written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tenure.revenue.fit.contracts import Group, Interval, Kinds
from tenure.screens import charts, formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import with_query

UNKNOWN = "Unknown"
WORD_JOINER = "\u2060"


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate and, in words, between which it lies."""

    shown: str
    between: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A group, finished. `verdict` says what is more than chance, with its `tone`; of `few` only counts are shown."""

    name: str
    href: str
    few: bool
    customers: Figure
    stays: Figure
    whisker: Markup
    more: Figure
    lifetime: Figure
    mrr: Figure
    worth: Figure
    verdict: str
    tone: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence and the accounts that it is of; `note` says what they are worth, where that is told."""

    name: str
    href: str
    text: str
    good: bool
    note: str = ""


def accounts(request: TeamRequest, **asked: str) -> str:
    """The address of the accounts behind a figure, as of the day that is shown."""
    return with_query(request, "workspace:fit-accounts", **asked)


def share(found: Interval | None) -> Figure:
    """A share: `89 %`, `62 to 97 %`."""
    return _figure(found, formats.percent, low=lambda each: formats.number(each * 100, 0))


def points(found: Interval | None) -> Figure:
    """How far two shares are apart: `+7 points`, `−20 to +16`."""

    def write(each: float) -> str:
        return formats.delta(each * 100, 0)

    return _figure(found, lambda each: f"{write(each)} points", low=write, high=write)


def months(found: Interval | None) -> Figure:
    """A time in months: `22.4`."""
    return _figure(found, lambda each: formats.number(each, 1))


def amount(request: TeamRequest, found: Interval | None) -> Figure:
    """Money out of minor units, without cents."""
    return _figure(found, lambda each: formats.minor(round(each), request.workspace.currency, 0))


def _figure(
    found: Interval | None,
    write: Callable[[float], str],
    *,
    low: Callable[[float], str] | None = None,
    high: Callable[[float], str] | None = None,
) -> Figure:
    if found is None:
        return Figure(formats.UNKNOWN)
    return Figure(write(found.value), f"{(low or write)(found.low)} to {(high or write)(found.high)}")


def row(request: TeamRequest, group: Group, kinds: Kinds, *, href: str, name: str) -> Row:
    """A group beside all customers together."""
    stays, whole = group.stays, kinds.whole.stays
    drawn = (
        charts.whisker(stays.value, stays.low, stays.high, beside=whole.value, ends=(0.0, 1.0))
        if stays and whole
        else Markup("")
    )
    median = formats.minor(group.median, request.workspace.currency, 0)
    mean = amount(request, group.mrr)
    verdict, tone = verdict_of(group)
    return Row(
        name=name,
        href=href,
        few=group.few,
        customers=Figure(formats.number(group.customers), f"{formats.number(group.paying)} pay now"),
        stays=share(stays),
        whisker=drawn,
        more=points(group.more_stay),
        lifetime=months(group.lifetime),
        mrr=Figure(mean.shown, f"median {median}" if group.median is not None else ""),
        worth=amount(request, group.worth),
        verdict=verdict,
        tone=tone,
    )


def verdict_of(group: Group) -> tuple[str, str]:
    """What is to be said of a group beside the others, and in which tone."""
    if group.few:
        return "Too few to tell", "quiet"
    if group.q is None:
        return "", ""
    if not group.stands_out:
        return "May be chance", "quiet"
    return ("Stays longer", "good") if group.longer else ("Stays shorter", "bad")


def findings(request: TeamRequest, rows: Sequence[tuple[str, str, Group]], *, after: str, worth: bool) -> list[Finding]:
    """A sentence for each group that stays longer or shorter than chance explains, the surest first, with what it is
    worth or without; `rows` are (name, address, group)."""
    out = [each for each in rows if each[2].stands_out]
    out.sort(key=lambda each: each[2].q if each[2].q is not None else 1.0)
    return [
        Finding(name, href, _sentence(group, after), group.longer, _worth(request, group) if worth else "")
        for name, href, group in out
    ]


def _sentence(group: Group, after: str) -> str:
    stays, more = share(group.stays), points(group.more_stay)
    says = "stays longer than the others" if group.longer else "stays shorter than the others"
    if group.stays is None or group.more_stay is None:
        return f"{says}."
    return (
        f"{says}. {stays.shown} still pay {after} ({stays.between}), {more.shown} beside the others ({more.between})."
    )


def _worth(request: TeamRequest, group: Group) -> str:
    """ALV beside that of all others; a minus stays with its amount."""
    if group.more_worth is None:
        return ""
    worth, apart = amount(request, group.worth), _signed(request, group.more_worth)
    text = f"ALV {worth.shown} ({worth.between}), {apart.shown} beside the others ({apart.between})"
    return text.replace(formats.MINUS, f"{formats.MINUS}{WORD_JOINER}")


def _signed(request: TeamRequest, found: Interval) -> Figure:
    """A difference of money with its sign."""

    def write(each: float) -> str:
        return formats.signed(round(each), request.workspace.currency, 0)

    return _figure(found, write)


def shown(value: str | None, names: Mapping[str, str] | None = None) -> str:
    """What a value is called."""
    return UNKNOWN if value is None else (names or {}).get(value, value)

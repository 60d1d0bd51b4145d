"""What the pages of retention are asked for: groups and periods."""

from datetime import date

from tenure.base.refusals import Invalid, NotFound
from tenure.health import population
from tenure.health import queries as health
from tenure.revenue import grouping as groupings
from tenure.revenue import queries as revenue
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import with_query
from tenure.segments import queries as segments

UNKNOWN = "Unknown"
NO_BANDS = frozenset({"owner_id", "pulse_level"})


def offers(as_of: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """What accounts can be put into groups by: fields with few words, as on the page of all customers, what health and
    segments say, and numbers in bands. (heading, [(name, label)])."""
    known, found = health.catalogue(), population.offered(as_of)
    if found is None:
        return []
    numbers = [each for each in known.fields if each.type == "number" and each.key not in NO_BANDS]
    fields = [(each.name, each.label) for each in found]
    fields += [("owner", "Owner")] if "owner" not in dict(fields) else []
    tiers = [(groupings.TIER, "Touch tier")] if segments.tiers() else []
    inside = [(f"{groupings.SEGMENT}{each.key}", each.label) for each in known.fields if each.kind == "segment"]
    banded = [(known.name_of(each), each.label or each.key) for each in numbers if each.level in ("raw", "measure")]
    offered = [
        ("Fields", fields),
        ("Health and touch", [("band", "Band"), ("score", "Score, in bands"), *tiers]),
        ("Segments", sorted(inside, key=lambda each: each[1])),
        ("Numbers, in bands", sorted(banded, key=lambda each: each[1])),
    ]
    return [(heading, options) for heading, options in offered if options]


def grouping(by: str) -> groupings.Grouping | None:
    """What a page is asked to group by; refuses what says nothing."""
    try:
        return revenue.grouping(by) if by else None
    except NotFound as refusal:
        raise Invalid(refusal.message) from None


def month(text: str, name: str) -> date:
    """A month in an address: 2026-11."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid(f"{name} is a month such as 2026-11, not {text!r}.") from None


def whole(text: str, name: str, most: int) -> int:
    """A whole number in an address, from 0."""
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise Invalid(f"{name} is a number from 0 to {most}, not {text!r}.")
    return int(text)


def made_of(request: TeamRequest, month: date, kind: str, months: int = 1, source: str = "") -> str:
    """Where the accounts behind an amount of a month are, or of so many that end with it; of one source, if named."""
    return with_query(
        request, "workspace:retention-movements", month=f"{month:%Y-%m}", kind=kind,
        months=str(months) if months > 1 else "", source=source,
    )  # fmt: skip


def named(each: date) -> str:
    """A month in words."""
    return each.strftime("%B %Y")

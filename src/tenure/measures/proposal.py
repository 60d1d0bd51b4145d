"""Which built-in measures a workspace can have, fitted to the names that its data uses.

What counts as a login and which features are the core is proposed from the data; both are documents that the
workspace may change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tenure.base import sql
from tenure.events.queries import engine
from tenure.measures import sources
from tenure.measures.builtins import EMAIL_CLICKED, EMAIL_OPENED, EMAIL_SENT, LOGINS, NOT_USE, SOCIAL, catalogue
from tenure.measures.compiler.names import NameSet
from tenure.measures.deliveries import Deliveries, deliveries
from tenure.measures.document import Features, Measure, Measures, Usage
from tenure.measures.sources import House

CORE_FEATURES = 8
HABIT = 168  # days that the popularity of features is taken from
NOT_FEATURES = (
    *NOT_USE,
    *LOGINS,
    "logout*",
    "log out*",
    "logged out*",
    "sign_out*",
    "session_*",
    "page*",
    "heartbeat*",
    "error*",
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The measures, by key, and in words how logins and core features were chosen."""

    measures: Mapping[str, Measure]
    notes: tuple[str, ...]


def propose(as_of: date | None = None) -> Proposal:
    """The built-in measures that this workspace's sources can fill. Three queries over the lake."""
    house = sources.house()
    day = as_of or house.as_of
    delivered = deliveries(house.lake, day)
    logins, login_note = _logins(delivered.names)
    core, core_note = _core(popularity(house, day))
    found = catalogue(logins=logins, core=core)
    told = _told(house, day)
    kept = {key: m for key, m in found.items() if _delivered(m, delivered, told)}
    kept = {
        key: m
        for key, m in kept.items()
        if not isinstance(m.counts, Measures) or {m.counts.of, m.counts.over} <= set(kept)
    }
    return Proposal(kept, tuple(note for note in (login_note, core_note) if note))


def _logins(names: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Login events as they are named here; any use counts as a visit where there are none."""
    chosen = NameSet(LOGINS)
    found = tuple(name for name in names if chosen.weight(name) is not None)
    if found:
        return found, f"Logins are: {', '.join(found)}."
    return ("*",), "No event looks like a login: any use counts as a visit."


@dataclass(frozen=True, slots=True)
class Popular:
    """An event name, in how many accounts it was used, and how often."""

    name: str
    accounts: int
    events: float


def popularity(house: House, as_of: date) -> tuple[Popular, ...]:
    """Names of product events by the number of accounts that used them in the last 24 weeks of data."""
    rows = engine().query(
        sql.load("tenure.measures", "popularity"),
        relations={"usage_account_day": house.lake.relation("usage_account_day")},
        params={"as_of": as_of, "first": as_of - timedelta(days=HABIT)},
    )
    return tuple(Popular(**row) for row in rows.to_pylist())


def _core(popular: Sequence[Popular]) -> tuple[dict[str, float], str]:
    """The features most accounts use; each weighs what share of them uses it, 1 to 5."""
    other = NameSet(NOT_FEATURES)
    features = [each for each in popular if other.weight(each.name) is None][:CORE_FEATURES]
    if not features:
        return {}, ""
    most = max(each.accounts for each in features)
    weights = {each.name: float(max(1, round(5 * each.accounts / most))) for each in features}
    return weights, f"Core features are the {len(weights)} that most accounts use: {', '.join(weights)}."


def _told(house: House, as_of: date) -> set[str]:
    """Which kinds of records there are, and which columns of uses are filled."""
    rows = engine().query(
        sql.load("tenure.measures", "filled"),
        relations={
            "records": house.lake.relation("events", classes={"record"}),
            "usage_day": house.lake.relation("usage_day"),
            "usage_person_day": house.lake.relation("usage_person_day"),
        },
        params={"as_of": as_of},
    )
    return set(rows["told"].to_pylist())


_SIGNS = {"people": "people", "minutes": "seconds", "errors": "errors"}


def _delivered(measure: Measure, delivered: Deliveries, told: set[str]) -> bool:
    counts = measure.counts
    match counts.what:
        case "usage" | "features":
            assert isinstance(counts, Usage | Features)
            if counts.what == "usage" and counts.names in (EMAIL_SENT, EMAIL_OPENED, EMAIL_CLICKED, SOCIAL):
                return len(delivered.of_names(NameSet(counts.names))) > 0
            sign = _SIGNS.get(measure.aggregate)
            return bool(delivered.names) and (sign is None or sign in told)
        case "tickets":
            event = {"opened": "ticket_opened", "closed": "closed_seconds", "answered": "answered_seconds"}
            return event.get(counts.event, f"ticket_{counts.event}") in told
        case "surveys":
            return f"survey_{counts.survey}" in told
        case "invoices":
            return "invoice_issued" in told
        case "subscription":
            return "subscription_started" in told
        case _:
            return True

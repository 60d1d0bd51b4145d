"""Rules that teams in the field begin with: on by default where the data is there, else saying what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass

from tenure.alerts import watching
from tenure.alerts.contracts import KIND
from tenure.definitions import starters as definitions
from tenure.definitions.starters import Offered
from tenure.health import current
from tenure.health import queries as health
from tenure.measures.contracts import Catalogue
from tenure.measures.language import ExpressionError, parse
from tenure.segments import queries as segments

NOUN = "rule"
type Plain = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Starter:
    """A rule to begin with. `options` are its `when` with the expression that shows whether the data is there, best
    first; `needs` says in words what data it asks for."""

    key: str
    body: Plain
    options: tuple[tuple[Plain, str], ...]
    needs: str


CUSTOMER = "status = 'customer'"


def _measure(name: str, move: str, value: float, of: str = "value") -> tuple[Plain, str]:
    return {"kind": "measure", "measure": name, "of": of, "move": move, "value": value}, f"{name} is not unknown"


def _condition(text: str) -> tuple[Plain, str]:
    return {"kind": "condition", "condition": text}, text


STARTERS = (
    Starter("band_to_risk",
        {"name": "Turns red", "description": "The score falls into the worst band.", "type": "risk",
         "reason": "Score turned red", "priority": "high", "due_days": 3, "evidence": ["trend_30d", "renewal_on"],
         "guidance": "Open the **reasons** of the score first: what fell most is what to talk about.\n\n"
         "1. Ask whoever uses the product most what changed for them.\n"
         "2. Agree on one thing to do within a week, and write it down as a promise."},
        (({"kind": "band", "to": ["risk"], "out_of": ["healthy", "watch"]}, "band is not unknown"),), "a scorecard"),
    Starter("use_falls_40",
        {"name": "Use falls by 40 %", "description": "Against the four weeks before.", "where": CUSTOMER,
         "type": "risk", "reason": "Use falls", "priority": "high", "due_days": 5, "evidence": ["seats", "renewal_on"],
         "guidance": "Holidays and projects that ended look the same: ask before you worry.\n\n"
         "- Who stopped coming? See the account's **people**.\n- Did a champion leave?"},
        (_measure("logins_28d", "falls_to", -0.4, "change"), _measure("events_28d", "falls_to", -0.4, "change")),
        "events of use, eight weeks of them"),
    Starter("nobody_seen_30d",
        {"name": "Nobody seen for 30 days", "description": "A customer of whom nobody came.", "where": CUSTOMER,
         "type": "risk", "reason": "Nobody comes", "priority": "high", "due_days": 3, "closes_itself": True,
         "guidance": "Call; do not write. If nobody answers, ask who decides about the contract."},
        (_measure("days_since_last_seen", "rises_to", 30),), "events of use"),
    Starter("renewal_90d",
        {"name": "Renewal in 90 days", "description": "Time to agree on the next term.", "where": CUSTOMER,
         "type": "lifecycle", "reason": "Renewal comes", "priority": "normal", "due_days": 14,
         "evidence": ["renewal_on", "seats"],
         "guidance": "Prepare what they got for their money, then fix a date with whoever signs."},
        (({"kind": "date", "field": "renewal_on", "days": 90}, "renewal_on is not unknown"),),
        "subscriptions with the end of their terms"),
    Starter("renewal_at_risk_60d",
        {"name": "Renewal in 60 days, and red", "description": "The term ends soon and the score is red.",
         "type": "risk", "reason": "Renewal at risk", "priority": "urgent", "due_days": 2, "evidence": ["renewal_on"],
         "guidance": "Bring somebody who decides on our side. Offer a plan, not a discount."},
        (_condition("days_until(renewal_on) between 0 and 60 and band = 'risk'"),),
        "subscriptions with the end of their terms, and a scorecard"),
    Starter("payment_late_14d",
        {"name": "Payment 14 days late", "description": "An invoice is unpaid for two weeks.", "where": CUSTOMER,
         "type": "risk", "reason": "Payment late", "priority": "high", "due_days": 3, "closes_itself": True,
         "guidance": "Often a card that ran out or an address that changed: ask accounting before the customer."},
        (_measure("payment_lapsed_days", "rises_to", 14),), "invoices and payments"),
    Starter("unhappy_answer",
        {"name": "Unhappy answer", "description": "They would not recommend us, or were not satisfied.",
         "where": CUSTOMER, "type": "risk", "reason": "Unhappy answer", "priority": "high", "due_days": 2,
         "guidance": "Answer within two days, by name, and say what will happen next."},
        (_measure("nps_last", "falls_to", 6), _measure("csat_last", "falls_to", 2),
         _measure("csat_84d", "falls_to", 0.5)),
        "NPS or CSAT answers"),
    Starter("seats_all_used",
        {"name": "Seats all in use", "description": "As many people as seats, or more.", "where": CUSTOMER,
         "type": "expansion", "reason": "Seats run out", "priority": "normal", "due_days": 10,
         "evidence": ["seats", "renewal_on"],
         "guidance": "Show who uses it and for what before you speak of more seats."},
        (_measure("seats_used_share", "rises_to", 1.0),), "seats in subscriptions, and events of use with people"),
    Starter("left_unseen",
        {"name": "Left with a good score", "description": "An account left though its score was good.",
         "type": "activity", "reason": "Why did they leave?", "priority": "normal", "due_days": 10,
         "guidance": "Write down why on the page of misses: the score learns from it."},
        (({"kind": "review"}, "band is not unknown"),), "a scorecard"),
    Starter("source_trouble",
        {"name": "A source is in trouble", "description": "It fell silent, or its events belong to no account.",
         "type": "activity", "reason": "Source in trouble", "priority": "urgent", "role": "admins", "due_days": 1,
         "closes_itself": True,
         "guidance": "Likely causes: a deployment without the key, a revoked key, a blocked hostname.\n\n"
         "Until it is back no alert speaks of what customers seem not to do."},
        (({"kind": "sources", "silent": True, "parked": 1000}, ""),), ""),
)  # fmt: skip


def offered() -> tuple[Offered, ...]:
    """Every starter that is not in force. One query where the catalogue was not read yet."""
    catalogue, state = segments.catalogue(), _state()
    return tuple(_fitted(each, catalogue, state) for each in STARTERS if each.key not in watching.in_force())


def _state() -> current.State | None:
    try:
        return health.state()
    except health.NoScores:
        return None


def _fitted(starter: Starter, catalogue: Catalogue, state: current.State | None) -> Offered:
    when = next((when for when, shown in starter.options if _is_there(shown, catalogue, state)), None)
    body = None if when is None else {**starter.body, "when": when, "evidence": _known(starter, catalogue)}
    name, description = str(starter.body["name"]), str(starter.body["description"])
    return Offered(starter.key, name, description, body, "" if body else starter.needs)


def _known(starter: Starter, catalogue: Catalogue) -> list[str]:
    """What it would keep as evidence and is there."""
    wanted = starter.body.get("evidence", [])
    assert isinstance(wanted, list)
    return [each for each in wanted if catalogue.find(each) is not None]


def _is_there(shown: str, catalogue: Catalogue, state: current.State | None) -> bool:
    """Whether everything the expression reads is known of somebody."""
    if not shown:
        return True
    if state is None:
        return False
    try:
        columns = [name for name in parse(shown, catalogue).columns if name != "as_of"]
    except ExpressionError:
        return False
    table = state.table
    return all(name in table.column_names and table[name].null_count < table.num_rows for name in columns)


def publish_first() -> int:
    """Publish every starter for which the data is there, in a workspace that never had a rule; how many."""
    return definitions.publish_first(KIND, lambda: offered() if _state() is not None else (), noun=NOUN)

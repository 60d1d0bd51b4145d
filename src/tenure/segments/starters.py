"""Segments that teams in the field begin with, each fitted to the data there is, or saying what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tenure.definitions import starters as definitions
from tenure.health import current
from tenure.health import queries as health
from tenure.measures.contracts import THROUGH, Catalogue
from tenure.measures.language import ExpressionError, parse
from tenure.segments import membership
from tenure.segments.document import KIND, Entity

NOUN = "segment"
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Starter:
    """A segment to begin with. `options` are expressions, best first: the first whose fields are known of somebody is
    taken. `needs` says in words what data it asks for. `{mrr:80}` stands for a percentile of the customers' MRR."""

    key: str
    name: str
    description: str
    options: tuple[str, ...]
    needs: str
    tier: Mapping[str, object] | None = None
    entity: Entity = "account"


@dataclass(frozen=True, slots=True)
class Offered(definitions.Offered):
    """One of accounts or of people."""

    entity: Entity


TOUCH_HIGH = {
    "order": 1, "channels": ["call", "meeting", "e-mail"], "cadence_days": 14, "named_csm": True,
    "support": "Priority",
}  # fmt: skip
TOUCH_MIDDLE = {
    "order": 2, "channels": ["e-mail", "call"], "cadence_days": 45, "named_csm": True, "support": "Standard",
}  # fmt: skip
TOUCH_DIGITAL = {"order": 3, "channels": ["e-mail", "in-app"], "cadence_days": 90, "support": "Self-service first"}

CUSTOMER = "status = 'customer'"
_OF_CUSTOMER = "account.status = 'customer'"
_CHAMPION = "role ilike '%champion%'"
_DECIDES = "(role ilike '%decision%' or role ilike '%owner%' or role ilike '%sponsor%')"
STARTERS = (
    Starter("touch_high", "High touch", "The fifth of the customers with the highest MRR.",
            (CUSTOMER + " and mrr >= {mrr:80}",), "subscriptions with their MRR", TOUCH_HIGH),
    Starter("touch_middle", "Middle touch", "Customers between high and digital touch.",
            (CUSTOMER + " and mrr >= {mrr:40} and mrr < {mrr:80}",), "subscriptions with their MRR", TOUCH_MIDDLE),
    Starter("touch_digital", "Digital touch", "Customers with the lowest MRR, looked after by mail and in the product.",
            (CUSTOMER + " and mrr < {mrr:40}",), "subscriptions with their MRR", TOUCH_DIGITAL),
    Starter("use_falls", "Use falls by 40 %", "Logins, or what is done, fell by 40 % against four weeks before.",
            (CUSTOMER + " and change(logins_28d) <= -0.4", CUSTOMER + " and change(events_28d) <= -0.4"),
            "events of use, eight weeks of them"),
    Starter("engagement_halved", "Use halved within a week", "Half of last week's use is gone.",
            (CUSTOMER + " and change(events_7d) <= -0.5", CUSTOMER + " and change(minutes_7d) <= -0.5"),
            "events of use, two weeks of them"),
    Starter("silent_30d", "Nobody seen for 30 days", "A customer of whom nobody came for 30 days.",
            (CUSTOMER + " and days_since_last_seen >= 30",), "events of use"),
    Starter("hardly_used", "Hardly used", "Fewer than five active days and two active people in 28 days.",
            (CUSTOMER + " and active_days_28d < 5 and people_active_28d < 2",), "events of use, with people"),
    Starter("renewal_at_risk", "Renewal within 90 days, at risk", "The term ends soon and the score is red.",
            ("days_until(renewal_on) between 0 and 90 and band = 'risk'",),
            "subscriptions with the end of their terms, and a scorecard"),
    Starter("renewal_detractor", "Renewal within 90 days, unhappy", "The term ends soon and they would not recommend.",
            ("days_until(renewal_on) between 0 and 90 and nps_84d < 0",
             "days_until(renewal_on) between 0 and 90 and nps_last <= 6",
             "days_until(renewal_on) between 0 and 90 and csat_last <= 2"),
            "NPS or CSAT answers, and subscriptions with the end of their terms"),
    Starter("new_without_owner", "New, without a CSM", "Customer for a month at most, and nobody owns it.",
            (CUSTOMER + " and days_since(started_on) between 0 and 30 and owner is unknown",),
            "the day accounts started, and their owners"),
    Starter("sticky_feature_unused", "Older than 90 days, core features unused",
            "What makes customers stay was never taken up.",
            (CUSTOMER + " and days_since(started_on) > 90 and product_utilisation_84d < 0.2",
             CUSTOMER + " and days_since(started_on) > 90 and features_used_28d <= 1"),
            "events of use, named by feature"),
    Starter("tickets_open", "More than two tickets open", "They wait for answers.",
            (CUSTOMER + " and tickets_open > 2",), "tickets"),
    Starter("escalated", "Escalated in 84 days", "A ticket went up.", (CUSTOMER + " and escalations_84d >= 1",),
            "tickets with escalations"),
    Starter("promoters", "Promoters", "They gave 9 or 10.", (CUSTOMER + " and nps_last >= 9",), "NPS answers"),
    Starter("seats_overused", "Seats all in use", "As many people as seats, or more: a talk about growing.",
            (CUSTOMER + " and seats_used_share >= 1",), "seats in subscriptions, and events of use with people"),
    Starter("payment_late", "Payment late", "Unpaid for 14 days or more.",
            (CUSTOMER + " and payment_lapsed_days >= 14",), "invoices and payments"),
    Starter("no_pulse_30d", "No pulse for 30 days", "For a month nobody of the team said how they are.",
            (CUSTOMER + " and (days_since_pulse > 30 or days_since_pulse is unknown)",), "pulses given by the team"),
    Starter("pulse_at_risk", "Pulse at risk", "Whoever knows them fears for them.",
            (CUSTOMER + " and pulse <= 2",), "pulses given by the team"),
    Starter("pulse_45d", "No call or mail for 45 days", "Nobody of the team spoke with them.", (),
            "calls, meetings and mails of the team"),
    Starter("onboarding_stuck", "Onboarding behind or stuck", "A milestone is overdue.", (), "onboarding plans"),
    Starter("no_review_120d", "Decision maker without a review for 120 days", "The value was not shown for long.", (),
            "meetings with the role of who was there"),
    Starter("lost_to_competitor", "Left for a competitor", "Former customers who named a competitor.",
            ("status = 'former' and churn_reason ilike '%competitor%'",
             "status = 'former' and trait.churn_reason ilike '%competitor%'"), "the reason why customers left"),
    Starter("champions_quiet", "Champions gone quiet",
            "Champions, or the busiest people where nobody told roles, who were not seen for 14 days.",
            (_OF_CUSTOMER + " and " + _CHAMPION + " and previous(active_days_28d) >= 4 and days_since_last_seen >= 14",
             _OF_CUSTOMER + " and previous(active_days_28d) >= 12 and days_since_last_seen >= 14"),
            "events of use with people, eight weeks of them", entity="person"),
    Starter("people_new_14d", "New people in 14 days", "Seen or named for the first time; a welcome helps.",
            (_OF_CUSTOMER + " and days_since(started_on) between 0 and 14",), "people", entity="person"),
    Starter("decision_maker_unseen", "Decision makers not seen for 30 days", "Who signs does not come.",
            (_OF_CUSTOMER + " and " + _DECIDES + " and days_since_last_seen >= 30",),
            "people with their roles, and events of use", entity="person"),
)  # fmt: skip


def offered() -> tuple[Offered, ...]:
    """Every starter that is not in force. One query where the catalogue was not read yet."""
    data = {
        entity: (membership.catalogue(entity), _state(entity)) for entity in dict.fromkeys(s.entity for s in STARTERS)
    }
    return tuple(_fitted(each, *data[each.entity]) for each in STARTERS if each.key not in membership.in_force())


def _state(entity: Entity) -> current.State | None:
    try:
        return membership.state(entity)
    except health.NoScores:
        return None


def _fitted(starter: Starter, catalogue: Catalogue, state: current.State | None) -> Offered:
    text = next((t for each in starter.options if (t := _expression(each, catalogue, state))), None)
    body: dict[str, object] | None = None
    if text is not None:
        body = {"name": starter.name, "description": starter.description, "where": text}
        body |= {"tier": dict(starter.tier)} if starter.tier else {}
        body |= {"entity": starter.entity} if starter.entity != "account" else {}
    return Offered(starter.key, starter.name, starter.description, body, "" if body else starter.needs, starter.entity)


def _expression(text: str, catalogue: Catalogue, state: current.State | None) -> str | None:
    """The expression with its amounts filled in; None where a field is not there or known of nobody."""
    if state is None:
        return None
    filled = _amounts(text, state.table)
    if filled is None:
        return None
    try:
        parsed = parse(filled, catalogue)
    except ExpressionError:
        return None
    known = [name for name in parsed.columns if name not in ("as_of", "owner")]
    return filled if all(_is_known(name, state) for name in known) else None


def _is_known(column: str, state: current.State) -> bool:
    """Whether somebody has a value; of a column of the account, whether an account has one."""
    of_account = column.startswith(THROUGH) and state.accounts is not None
    table = state.accounts.table if of_account and state.accounts else state.table
    name = column.removeprefix(THROUGH) if of_account else column
    return name in table.column_names and table[name].null_count < table.num_rows


def _amounts(text: str, table: pa.Table) -> str | None:
    """`{mrr:80}` becomes the 80th percentile of the customers' MRR, to two figures."""
    if "{mrr:" not in text:
        return text
    if "mrr" not in table.column_names or "status" not in table.column_names:
        return None
    amounts = table.select(["status", "mrr"])  # of a state of many columns, filter these two alone
    values = _known(amounts.filter(pc.equal(amounts["status"], "customer")), "mrr")
    if len(values) < FEWEST:
        return None
    high, low = (float(f"{np.quantile(values, q):.2g}") for q in (0.8, 0.4))
    if high <= low:
        return None
    return text.replace("{mrr:80}", f"{high:.12g}").replace("{mrr:40}", f"{low:.12g}")


def publish_first() -> int:
    """Publish every starter for which the data is there, in a workspace that never had a segment; how many."""
    return definitions.publish_first(KIND, offered, noun=NOUN)


def _known(table: pa.Table, column: str) -> NDArray[np.float64]:
    found: NDArray[np.float64] = table[column].drop_null().cast(pa.float64()).to_numpy()
    return found

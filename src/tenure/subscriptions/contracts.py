"""What other domains may hold of subscriptions: schemas of the tables, finished rows for pages."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import pyarrow as pa

from tenure.base.money import Money
from tenure.subscriptions.rules import SPLIT, Status

__all__ = [
    "ACCOUNT_STATE", "LEDGER", "MOVEMENTS", "OUTCOMES", "RENEWALS_DUE", "SPLIT", "AccountMoney", "ComingRow",
    "CurrencyRow", "InvoiceRow", "KeptRenewals", "ListedSubscription", "MovementRow", "PeriodRow", "Rate", "State",
    "Status", "SubscriptionFilter", "SubscriptionRow", "SubscriptionsPage",
]  # fmt: skip

ACCOUNT_STATE = pa.schema(
    [
        ("as_of", pa.date32()),
        ("account", pa.int64()),
        ("status", pa.string()),  # prospect | trial | customer | former
        ("mrr_minor", pa.int64()),  # null: not delivered, or a currency without a rate
        ("mrr", pa.float64()),  # the same in major units
        ("seats", pa.int64()),
        ("plan", pa.string()),  # of the largest subscription in force
        ("product", pa.string()),
        ("subscriptions", pa.int64()),  # paid, in force
        ("unconverted", pa.int64()),  # of these, how many have a currency without a rate
        ("first_paid_on", pa.date32()),
        ("renewal_on", pa.date32()),  # the earliest term end on or after as_of
        ("notice_on", pa.date32()),  # the earliest last day for notice on or after as_of
        ("renewals", pa.int64()),  # term ends that passed before as_of
        ("lost_on", pa.date32()),  # the first day as former, while former
        ("tenure_days", pa.int64()),  # since first paid, or since sign-up where nothing was paid yet
    ]
)

LEDGER = pa.schema(
    [
        ("account", pa.int64()),
        ("month", pa.date32()),
        ("opening", pa.int64()),
        ("new", pa.int64()),
        ("expansion", pa.int64()),
        ("contraction", pa.int64()),
        ("churn", pa.int64()),
        ("reactivation", pa.int64()),
        ("fx", pa.int64()),
        ("closing", pa.int64()),
        *((name, pa.int64()) for name in SPLIT),  # of expansion and contraction, to which they add up
    ]
)
"""Rows stand by account, then month, each once."""

RENEWALS_DUE = pa.schema(
    [
        ("account", pa.int64()),
        ("due_on", pa.date32()),  # the day on which terms end
        ("paid_before", pa.int64()),  # a month, for them, on the day before
        ("paid_after", pa.int64()),  # a month, in their place, on that day
    ]
)

MOVEMENTS = ("new", "expansion", "contraction", "churn", "reactivation", "fx")

OUTCOMES = pa.schema(
    [
        ("as_of", pa.date32()),
        ("account", pa.int64()),
        ("churned_on", pa.date32()),
        ("contracted_on", pa.date32()),
        ("renewed_on", pa.date32()),
        ("is_complete", pa.bool_()),  # the horizon had passed when this was known
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class KeptRenewals:
    """The renewals due (schema `RENEWALS_DUE`) of the last two years up to `as_of`: one object a
    file that was kept."""

    as_of: date
    rows: pa.Table


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A subscription on an account's page. `mrr` is a month's; None when its source does not say. `notice_on` is the
    last day on which it can be cancelled for the end of its term; `packs` are how many and how large."""

    external_id: str
    plan: str
    product: str
    seats: int | None
    mrr: Money | None
    is_trial: bool
    billing: str
    auto_renew: bool | None
    started_on: date
    ended_on: date | None
    renewal_on: date | None
    notice_on: date | None
    packs: tuple[int, int] | None


type State = Literal["in_force", "trial", "ended"]


@dataclass(frozen=True, slots=True)
class SubscriptionFilter:
    """Which subscriptions a list shows, held against the day `as_of`; what is empty leaves out nothing. `account` is a
    text in the account's name or external id."""

    as_of: date
    status: State | Literal[""] = ""
    plan: str = ""
    currency: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class ListedSubscription:
    """A subscription in a list of many accounts'. `mrr` is a month's, as it is billed; None when its source does not
    say."""

    external_id: str
    account: int
    account_name: str
    account_external_id: str
    plan: str
    product: str
    seats: int | None
    mrr: Money | None
    currency: str
    status: State
    started_on: date
    ended_on: date | None
    renewal_on: date | None
    notice_on: date | None


@dataclass(frozen=True, slots=True)
class SubscriptionsPage:
    """A page of a list, and the cursor of the next."""

    subscriptions: tuple[ListedSubscription, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A stretch in which a subscription did not change: valid_from <= day < valid_to."""

    subscription: str
    valid_from: date
    valid_to: date | None
    plan: str
    seats: int | None
    mrr: Money | None
    is_trial: bool


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A month in which MRR moved; `parts` holds the movements that are not zero, by name, signed, and `split` what
    expansion or contraction is by (price, seats, plan, product)."""

    month: date
    opening: Money
    closing: Money
    parts: tuple[tuple[str, Money], ...]
    split: tuple[tuple[str, Money], ...]


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice; unpaid while `paid_on` is None. `returned`: what was given back; `dispute`: how one stands, or ""."""

    external_id: str
    issued_on: date
    due_on: date | None
    paid_on: date | None
    amount: Money | None
    returned: Money | None = None
    dispute: str = ""


@dataclass(frozen=True, slots=True)
class ComingRow:
    """What is known to become of a subscription next: its end, or new terms from `day` on. `mrr` is a month's then."""

    subscription: str
    day: date
    ends: bool
    plan: str
    product: str
    seats: int | None
    mrr: Money | None


@dataclass(frozen=True, slots=True)
class AccountMoney:
    """The account page's "subscription and money", newest first; what is to come, the nearest first."""

    subscriptions: tuple[SubscriptionRow, ...]
    movements: tuple[MovementRow, ...]
    invoices: tuple[InvoiceRow, ...]
    coming: tuple[ComingRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `currency` is worth `rate` units of the workspace's, from `day` until its next rate."""

    currency: str
    day: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class CurrencyRow:
    """A currency that subscriptions or rates name; `latest` None: money in it is unknown until a rate is set."""

    currency: str
    subscriptions: int
    rates: int
    latest: Rate | None

"""What the rows of a file are. One class a role; each field says which column gives it."""

from typing import Literal, Self

from pydantic import Field, model_validator

from tenure.ingest.maps.columns import (
    Account,
    Boolean,
    Day,
    Duration,
    Id,
    Key,
    Money,
    Number,
    Part,
    Text,
    Traits,
    Words,
)

WHOLE_ROW: Words = ("*",)


class Accounts(Part):
    """Rows that are customers."""

    key: Id = Field(description="the account's id, as other files name it")
    name: Text | None = None
    started_on: Day | None = Field(None, description="sign-up day; also states the event `account_signed_up`")
    parent: Id | None = None
    kind: Text | None = Field(None, description="`account` or `product_instance`")
    product: Text | None = None
    owner: Text | None = Field(None, description="e-mail of the team member who looks after it")
    owner_role: str = "csm"
    traits: Traits = Field(default_factory=dict)


class People(Part):
    """Rows that are people; with `account`, also their membership of it."""

    key: Id
    email: Text | None = None
    name: Text | None = None
    title: Text | None = None
    started_on: Day | None = None
    account: Account | None = None
    role: Text | None = None
    traits: Traits = Field(default_factory=dict)


class Memberships(Part):
    """Rows that say which person belongs to which account."""

    person: Id
    account: Account
    role: Text | None = None
    since: Day | None = None
    until: Day | None = None


class Owners(Part):
    """Rows that say which team member looks after which account."""

    account: Account
    email: Text
    role: Text | None = None
    since: Day | None = None


class TraitHistory(Part):
    """Rows that say what attributes were on a day: one column each (`traits`), or a name and a value column."""

    account: Account | None = None
    person: Id | None = None
    at: Day
    traits: Traits = Field(default_factory=dict)
    name: Text | None = None
    value: Text | None = None

    @model_validator(mode="after")
    def _whose_and_what(self) -> Self:
        if (self.account is None) == (self.person is None):
            raise ValueError("expected one of: account, person")
        if bool(self.traits) == (self.name is not None and self.value is not None):
            raise ValueError("expected either traits, or both name and value")
        return self


class Events(Part):
    """Rows that are usage: what an account (or person) did."""

    key: Key = Field(description="the columns that together name a row for ever; `*` = the whole row")
    account: Account | None = None
    person: Id | None = None
    at: Day
    name: Text = Field(description="which feature or action; a constant for files of one kind")
    count: Number | None = None
    seconds: Duration | None = None
    value: Number | None = None
    errors: Number | None = None
    properties: Traits = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whose(self) -> Self:
        if self.account is None and self.person is None:
            raise ValueError("expected account, or person, or both")
        return self


class Terms(Part):
    """What a subscription grants and costs."""

    plan: Text | None = None
    product: Text | None = None
    seats: Number | None = None
    packs: Number | None = Field(None, description="how many packs of seats; seats are then packs × pack_size")
    pack_size: Number | None = Field(None, description="seats in a pack")
    mrr: Money | None = Field(None, description="recurring amount; say `per: year` when it is for a year")
    currency: Text | None = None
    is_trial: Boolean | None = None
    billing: Text | None = Field(None, description="`monthly` or `annual`")
    auto_renew: Boolean | None = None
    term_end: Day | None = Field(None, description="the day the current term ends")
    notice_period: Number | None = Field(None, description="how long before term_end notice has to be given")
    notice_unit: Text | None = Field(None, description="`days` (if not said) or `months`")


class Subscriptions(Terms):
    """Rows that are subscriptions from a start to an end."""

    key: Key
    account: Account
    start: Day
    end: Day | None = Field(None, description="empty while it runs")
    end_is: Literal["first_day_without", "last_day"] = "first_day_without"


class SubscriptionChanges(Terms):
    """Rows that change the terms of a subscription from a moment on."""

    key: Key
    subscription: Id
    account: Account
    at: Day


class Invoices(Part):
    """Rows that are invoices."""

    key: Key
    account: Account
    issued: Day
    amount: Money
    currency: Text | None = None
    due: Day | None = None
    paid: Day | None = Field(None, description="empty while it is unpaid")
    returned: Money | None = Field(None, description="what was given back of the payment")
    dispute: Text | None = Field(None, description="how a dispute of the payment stands, such as `lost`")


class Tickets(Part):
    """Rows that are support tickets; a satisfaction answer on the ticket becomes a survey answer."""

    key: Key
    account: Account | None = None
    person: Id | None = None
    opened: Day
    subject: Text | None = None
    priority: Text | None = None
    is_error: Boolean | None = None
    answered: Day | None = None
    first_response: Duration | None = Field(None, description="instead of `answered`: how long it took")
    closed: Day | None = None
    resolution: Duration | None = None
    escalated: Boolean | None = None
    escalated_at: Day | None = None
    satisfaction: Number | None = None
    satisfaction_max: float = 5
    satisfaction_at: Day | None = None

    @model_validator(mode="after")
    def _whose(self) -> Self:
        if self.account is None and self.person is None:
            raise ValueError("expected account, or person, or both")
        return self


class Surveys(Part):
    """Rows that are answers to a survey."""

    key: Key
    account: Account | None = None
    person: Id | None = None
    at: Day
    kind: Text = Field(description="`nps`, `csat` or `ces`; usually a constant")
    score: Number
    max: float | None = Field(None, description="the top of the scale: 10 for nps, 5 for csat, 7 for ces by default")
    text: Text | None = None

    @model_validator(mode="after")
    def _whose(self) -> Self:
        if self.account is None and self.person is None:
            raise ValueError("expected account, or person, or both")
        return self


class Churn(Part):
    """Rows that say an account was lost."""

    key: Key
    account: Account
    at: Day
    reason: Text | None = None
    feedback: Text | None = None
    is_reactivation: Boolean | None = None
    amount: Money | None = None
    currency: Text | None = None


type Role = (
    Accounts
    | People
    | Memberships
    | Owners
    | TraitHistory
    | Events
    | Subscriptions
    | SubscriptionChanges
    | Invoices
    | Tickets
    | Surveys
    | Churn
)

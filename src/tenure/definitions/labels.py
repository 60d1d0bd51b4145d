"""Kind `labels`: the workspace's own words. Nothing on a page assumes a software company."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

KIND = "labels"
KEY = "words"

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class Labels(BaseModel):
    """What things are called, in the middle of a sentence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: Word = "account"
    accounts: Word = "accounts"
    customer: Word = "customer"
    customers: Word = "customers"
    person: Word = "person"
    people: Word = "people"
    csm: Word = "CSM"
    team: Word = "team"
    health: Word = "health"
    subscription: Word = "subscription"
    subscriptions: Word = "subscriptions"
    product: Word = "product"
    renewal: Word = "renewal"
    ticket: Word = "ticket"
    tickets: Word = "tickets"

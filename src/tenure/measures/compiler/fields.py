"""The fields of an entity that are not measures: attributes, subscription state and traits, each as SQL."""

from dataclasses import dataclass

from tenure.measures.contracts import Entity, Field

NUMBER, TEXT, DATE, FLAG = "double", "varchar", "date", "boolean"
_SQL_TYPES = {"number": NUMBER, "text": TEXT, "date": DATE, "boolean": FLAG}


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field with the SQL that reads it (aliases as in `tenure.measures.compiler.measure`)."""

    field: Field
    sql: str


def _account(key: str, kind: str, sql: str, label: str, unit: str = "", description: str = "") -> Attribute:
    return Attribute(Field(key, "account", kind, "raw", "attribute", label, unit, "", description), sql)  # type: ignore[arg-type]


def _person(key: str, kind: str, sql: str, label: str, unit: str = "", description: str = "") -> Attribute:
    return Attribute(Field(key, "person", kind, "raw", "attribute", label, unit, "", description), sql)  # type: ignore[arg-type]


_TENURE = "cast(date_diff('day', e.began, o.as_of) as double)"

ACCOUNT: tuple[Attribute, ...] = (
    _account("name", "text", "e.name", "Name"),
    _account("external_id", "text", "e.external_id", "External id", description="The account's id in your systems."),
    _account("kind", "text", "e.kind", "Kind", description="account, or product_instance."),
    _account("product", "text", "e.product", "Product"),
    _account("parent", "text", "e.parent", "Parent", description="The external id of the account above."),
    _account("owner", "text", "w.owner", "Owner", description="Who looks after the account (role csm)."),
    _account("owner_id", "number", "w.owner_id", "Owner's number"),
    _account("status", "text", "s0.status", "Status", description="prospect, trial, customer or former."),
    _account("plan", "text", "s0.plan", "Plan"),
    _account("mrr", "number", "s0.mrr", "MRR", "money", "Monthly recurring revenue, in whole units of the currency."),
    _account("seats", "number", "s0.seats", "Seats", "seats"),
    _account("subscriptions", "number", "s0.subscriptions", "Subscriptions in force", "subscriptions"),
    _account("started_on", "date", "e.began", "Customer since"),
    _account("first_paid_on", "date", "s0.first_paid_on", "First paid on"),
    _account("renewal_on", "date", "s0.renewal_on", "Renewal on", description="When the current term ends."),
    _account(
        "notice_on",
        "date",
        "s0.notice_on",
        "Notice by",
        description="The next last day on which a subscription can be cancelled for the end of its term.",
    ),
    _account("lost_on", "date", "s0.lost_on", "Lost on"),
)
PERSON: tuple[Attribute, ...] = (
    _person("name", "text", "e.name", "Name"),
    _person("external_id", "text", "e.external_id", "External id", description="The person's id in your systems."),
    _person("email", "text", "e.email", "E-mail"),
    _person("title", "text", "e.title", "Title"),
    _person("started_on", "date", "e.began", "With us since"),
)
SUBSCRIPTION_COLUMNS = {
    "status": TEXT, "plan": TEXT, "mrr": NUMBER, "seats": NUMBER, "subscriptions": NUMBER, "renewals": NUMBER,
    "first_paid_on": DATE, "renewal_on": DATE, "notice_on": DATE, "lost_on": DATE,
}  # fmt: skip


def attributes(entity: Entity) -> tuple[Attribute, ...]:
    """The attributes of an account or a person."""
    return ACCOUNT if entity == "account" else PERSON


def trait_sql(held: str, of_type: str) -> str:
    """A trait's JSON value as what it is; unknown where a value is not of the trait's type. An empty list is none."""
    if of_type == "list":
        return f"nullif(json_extract_string({held}, '$[*]'), cast([] as varchar[]))"
    words = f"json_extract_string({held}, '$')"
    return words if of_type == "text" else f"try_cast({words} as {_SQL_TYPES[of_type]})"

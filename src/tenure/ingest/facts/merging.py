"""What a row leaves out stays as it was, null clears it. Pure: no database, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from tenure.ingest.facts.contracts import Row
from tenure.ingest.facts.kinds import CHANGES, SUBSCRIPTIONS, Kind
from tenure.ingest.facts.reading import Wrong, read_row

type Name = tuple[str, str]
"""External id and part: the part is the day of a change of a subscription, else empty."""
type Values = dict[str, object]


@dataclass(slots=True)
class Merged:
    """One fact as it will be, and the places of the rows that say so."""

    name: Name
    said: Values
    rows: list[int] = field(default_factory=list)


def said_by(row: Row) -> Values:
    """The fields that a row names, null where it clears; as JSON has them."""
    return row.model_dump(mode="json", include=row.model_fields_set)


def name_of(kind: Kind, said: Values) -> Name:
    """What the fact is called among those of its kind."""
    return str(said["external_id"]), str(said.get("effective_on") or "") if kind is CHANGES else ""


def stage_of(kind: Kind, said: Values) -> Kind:
    """A row of subscriptions that says from when its terms hold is a change of one."""
    return CHANGES if kind is SUBSCRIPTIONS and said.get("effective_on") is not None else kind


def merge(known: Mapping[Name, Values], kind: Kind, rows: Mapping[int, Values]) -> list[Merged]:
    """The facts that rows state, by place; rows of one fact are merged in their order over what is known of it."""
    found: dict[Name, Merged] = {}
    for index, said in rows.items():
        name = name_of(kind, said)
        one = found.setdefault(name, Merged(name, dict(known.get(name, {}))))
        one.rows.append(index)
        for key, value in said.items():
            if value is None:
                one.said.pop(key, None)
            else:
                one.said[key] = value
    return list(found.values())


def incomplete(kind: Kind, one: Merged) -> Wrong | None:
    """What the fact lacks, or what in it does not fit together; None when it can stand."""
    missing = [need for need in kind.needs if need not in one.said]
    if missing:
        told = f"is missing; needed once, and not to be cleared: {', '.join(kind.needs)}"
        return Wrong("fact_incomplete", told, missing[0])
    if kind.may_name_a_person and not one.said.keys() & {"account", "person"}:
        return Wrong("fact_incomplete", "is missing: an account is needed, or a person", "account")
    checked = read_row(msgspec.json.encode(one.said), kind.row)
    return checked if isinstance(checked, Wrong) else None


def changed(one: Merged, subscription: Values | None) -> Wrong | None:
    """Give a change of a subscription the account and currency of its subscription; why it cannot stand."""
    if subscription is None:
        told = "there is no such subscription yet: send it with account and started_on, then its changes"
        return Wrong("fact_incomplete", told, "external_id")
    for field_name in ("started_on", "ended_on"):
        if field_name in one.said:
            told = f"a row with effective_on says terms; send {field_name} in a row without it"
            return Wrong("fact_wrong", told, field_name)
    if one.said.get("account", subscription["account"]) != subscription["account"]:
        return Wrong("fact_wrong", f"the subscription belongs to the account “{subscription['account']}”", "account")
    if str(one.said["effective_on"]) < str(subscription["started_on"]):
        told = f"is before the subscription starts ({subscription['started_on']})"
        return Wrong("fact_wrong", told, "effective_on")
    one.said["account"] = subscription["account"]
    if "mrr_minor" in one.said and "currency" not in one.said and "currency" in subscription:
        one.said["currency"] = subscription["currency"]
    return None

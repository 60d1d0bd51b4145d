"""What can be done with segments: publish, archive, freeze, add and remove by hand, take up a starter."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound, Problem
from tenure.customers.queries import account_ids, people_by_email, people_ids
from tenure.definitions import actions as definitions
from tenure.definitions import starters as definitions_starters
from tenure.definitions.queries import free_key
from tenure.events.queries import open_lake
from tenure.health import current
from tenure.segments import jobs, membership, queries, starters
from tenure.segments.contracts import Entity, Segment
from tenure.segments.document import KIND, MOST_MEMBERS
from tenure.segments.models import SegmentDay
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView, Permission

type Body = Mapping[str, object]


def publish(*, key: str, body: Body, by: MemberView, note: str = "") -> bool:
    """Put a segment in force; False when the version in force says the same. Refuses as its kind does."""
    _may(by, Permission.CONFIGURE)
    return definitions.publish_body(kind=KIND, key=key, body=body, by=by, note=note) is not None


def create(*, body: Body, by: MemberView, note: str = "") -> str:
    """Publish a new segment under a key made from its name; the key."""
    key = free_key(KIND, str(body.get("name", "")), otherwise="segment")
    publish(key=key, body=body, by=by, note=note)
    return key


def archive(*, key: str, by: MemberView) -> None:
    """Take a segment out of force; its versions and its history stay. Refused while others speak of it."""
    _may(by, Permission.CONFIGURE)
    queries.one(key)
    definitions.archive(kind=KIND, key=key, by=by)


@transaction.atomic
def add_members(*, key: str, external_ids: Sequence[str], by: MemberView) -> int:
    """Put accounts on a static list, or people by id or e-mail; how many were not on it. Refuses unknown ones."""
    body = _list(key, by)
    wanted = list(dict.fromkeys(each.strip() for each in external_ids if each.strip()))
    known = _known(wanted, body.entity)
    strangers = [each for each in wanted if each not in known]
    if strangers:
        said = ", ".join(strangers[:5]) + (" …" if len(strangers) > 5 else "")
        nobody = "account with the id" if body.entity == "account" else "person with the id or e-mail"
        raise Invalid(f"There is no {nobody} {said}. Nothing was added.", [Problem("unknown ids", "members")])
    added = [each for each in wanted if each not in set(body.members or ())]
    _publish_list(key, body, (*(body.members or ()), *added), by, f"Added {len(added)}")
    return len(added)


def _known(wanted: Sequence[str], entity: Entity) -> set[str]:
    """Those of the names that an account (a person) has."""
    if entity == "account":
        return set(account_ids(wanted))
    mailed = people_by_email([each for each in wanted if "@" in each])
    return {*people_ids(wanted), *(each for each in wanted if each.lower() in mailed)}


@transaction.atomic
def remove_members(*, key: str, external_ids: Sequence[str], by: MemberView) -> int:
    """Take accounts off a static list; how many were on it."""
    body, gone = _list(key, by), set(external_ids)
    kept = tuple(each for each in body.members or () if each not in gone)
    removed = len(body.members or ()) - len(kept)
    _publish_list(key, body, kept, by, f"Removed {removed}")
    return removed


def _list(key: str, by: MemberView) -> Segment:
    _may(by, Permission.EDIT_ACCOUNTS)
    body = membership.body_of(queries.one(key))
    if body.shape == "frozen":
        raise Conflict("A frozen segment stays as it was. Make a static list of it to change it.")
    if body.members is None:
        raise Conflict("Only a static list has members by hand. Edit this segment's condition instead.")
    return body


def _publish_list(key: str, body: Segment, members: tuple[str, ...], by: MemberView, note: str) -> None:
    if len(members) > MOST_MEMBERS:
        raise Invalid(f"A list holds at most {MOST_MEMBERS:,} members. Describe a larger one by a condition.")
    made = definitions.publish_body(
        kind=KIND, key=key, by=by, note=note,
        body=body.model_copy(update={"members": members}).model_dump(mode="json", exclude_defaults=True),
    )  # fmt: skip
    if made is not None:
        record_audit(
            by=by, action="segment.members_changed", object=f"segment {key}",
            before={"members": len(body.members or ())}, after={"members": len(members)},
        )  # fmt: skip


@transaction.atomic
def freeze(*, key: str, day: date, name: str, by: MemberView) -> str:
    """Keep who is in a segment on a day as a list of its own that never changes, for comparisons; its key.

    The workspace's own day is read from the current state, an earlier one from the history; refuses days without.
    """
    _may(by, Permission.CONFIGURE)
    source = membership.body_of(queries.one(key))
    members = _members_on(key, day, source.entity)
    body = {
        "name": name.strip() or f"{source.name} on {day.isoformat()}",
        "entity": source.entity, "members": members, "frozen_from": {"segment": key, "day": day.isoformat()},
    }  # fmt: skip
    return create(body=body, by=by, note=f"Frozen from {key}")


def _members_on(key: str, day: date, entity: Entity) -> list[str]:
    state = membership.state(entity)
    if day == state.as_of:
        ids = jobs.members(state.table, membership.column_of(key))
    elif SegmentDay.objects.filter(segment=key, day=day).exists():
        ids = jobs.members_on(open_lake(queries.slug()), day, entity).get(key, jobs.NOBODY)
    else:
        raise NotFound(f"The history of this segment has no {day.isoformat()}. Choose a day on its chart.")
    if len(ids) > MOST_MEMBERS:
        raise Invalid(
            f"{len(ids):,} are in it; {MOST_MEMBERS:,} is the most a snapshot holds. Freeze a narrower segment, or "
            "take a random share of this one."
        )
    return [str(row["external_id"]) for row in current.rows_by_id(state, ids.tolist(), ["external_id"])]


def take_up(*, starter: str, by: MemberView) -> str:
    """Publish a starter segment for which the data is there; its key."""
    _may(by, Permission.CONFIGURE)
    definitions_starters.take_up(KIND, starter, starters.offered(), noun=starters.NOUN, by=by)
    return starter


def _may(by: MemberView, permission: Permission) -> None:
    if not by.may(permission):
        raise Forbidden(f"Your role ({by.role.label}) may not change segments. Ask an admin of the workspace.")

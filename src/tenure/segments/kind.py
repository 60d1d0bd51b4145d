"""The kind `segment`: its schema, and what a schema cannot see: an expression that reads, and no circles."""

from collections.abc import Iterator

from pydantic import BaseModel

from tenure.base.refusals import Problem
from tenure.definitions.contracts import Body, Kind
from tenure.health import people
from tenure.health.contracts import FIELDS
from tenure.measures.contracts import Catalogue
from tenure.measures.language import ExpressionError, parse
from tenure.measures.queries import catalogue as measures_catalogue
from tenure.segments import membership, rules
from tenure.segments.document import KIND, RESERVED, Entity, Segment


def check(key: str, body: BaseModel) -> list[Problem]:
    """What is wrong with a segment in this workspace, each problem with the path of its place."""
    assert isinstance(body, Segment)
    return list(_problems(key, body))


def _problems(key: str, body: Segment) -> Iterator[Problem]:
    if body.members is not None:
        twice = {each for each in body.members if body.members.count(each) > 1} if len(body.members) < 200 else set()
        if twice or len(set(body.members)) < len(body.members):
            example = f": {min(twice)!r}" if twice else ""
            yield Problem(f"expected everybody once; some are named twice{example}", "members")
    before = membership.entity_before(key)
    if before not in (None, body.entity):
        are = "people" if before == "person" else "accounts"
        yield Problem(f"{key!r} is a segment of {are} and stays one; choose another key", "entity")
    if body.where is None:
        return
    known = {k: membership.body_of(each) for k, each in membership.in_force().items()}
    around = rules.circle(key, {k: membership.reads(each) for k, each in {**known, key: body}.items()})
    if around:
        way = " → ".join(around)
        yield Problem(f"a segment cannot be made from itself: {way}", "where")
        return
    try:
        parse(body.where, catalogue(body.entity))
    except ExpressionError as error:
        yield Problem(f"{error} (at ‘{body.where[error.start : error.end]}’)", "where")


def catalogue(entity: Entity) -> Catalogue:
    """Everything a segment may read, whether or not the cycle has run yet."""
    accounts = (*measures_catalogue("account"), *FIELDS, *membership.fields())
    if entity == "account":
        return Catalogue("account", accounts, membership.elsewhere("account"))
    through = people.through_account(accounts)
    fields = (*measures_catalogue("person"), *people.FIELDS, *membership.fields("person"), *through)
    return Catalogue("person", fields, membership.elsewhere("person"))


def refers(body: Body) -> frozenset[str]:
    """The segments a plain body names."""
    where = body.get("where")
    return membership.names_in(where) if isinstance(where, str) else frozenset()


SEGMENT = Kind(KIND, Segment, check, refers, RESERVED)

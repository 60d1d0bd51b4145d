"""Who is meant, and that the order of what a run says does not matter."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.customers.contracts import AccountUpsert, PersonUpsert
from tenure.ingest.identity import protection, rules
from tenure.ingest.identity.contracts import Decision, Known, Resolved, Said
from tenure.ingest.messages import Message

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Batch:
    trust: str = "server"
    source: str = "app"
    kind: str = "batch"
    received_at: datetime = NOON


SERVER, BROWSER = Batch(), Batch(trust="browser", source="web")


def says(kind: str, number: int = 0, *, by: Batch = SERVER, **fields: object) -> Said:
    message = Message(type=kind, message_id=f"m{number}", at=NOON + timedelta(seconds=number), **fields)  # type: ignore[arg-type]
    return message, by


def decided(*said: Said, known: Known | None = None) -> Decision:
    return rules.decide(rules.voices(said), known or Known())


def resolved(decision: Decision, known: Known, made: dict[str, int], accounts: dict[str, int]) -> Resolved:
    """Everybody's ids, as writing would find them."""
    belongs: dict[int, set[int]] = {}
    for who, group in decision.links:
        belongs.setdefault(made[who] if isinstance(who, str) else who, set()).add(accounts[group])
    return Resolved(
        users=rules.ids(decision.users, made),
        visitors=rules.ids(decision.visitors, made),
        groups=accounts,
        accounts_of={person: tuple(sorted(found)) for person, found in belongs.items()},
        groupings={
            (made[who] if isinstance(who, str) else who): tuple((at, accounts[group]) for at, group in named)
            for who, named in decision.groupings.items()
        },
    )


def test_a_user_id_is_the_external_id() -> None:
    decision = decided(says("track", user_id="u1", name="Opened"))
    assert decision.people == {"u1": PersonUpsert("u1")}
    assert decided(says("track", user_id="u1"), known=Known(people={"u1": 7}, names={7: "u1"})).users == {"u1": 7}


def test_a_vouched_address_finds_the_person_of_an_unknown_user_id() -> None:
    known = Known(emails={"ana@acme.example": (7,)}, names={7: "crm-7"})
    decision = decided(says("identify", user_id="u1", email="ana@acme.example"), known=known)
    assert decision.users == {"u1": 7}
    assert decision.joins == {("user", "u1"): 7}
    assert decision.people == {"crm-7": PersonUpsert("crm-7", email="ana@acme.example")}


def test_an_address_of_two_people_finds_neither() -> None:
    known = Known(emails={"info@acme.example": (7, 8)}, names={7: "a", 8: "b"})
    assert decided(says("identify", user_id="u1", email="info@acme.example"), known=known).users == {"u1": "u1"}


def test_two_new_user_ids_with_one_vouched_address_are_one_person() -> None:
    said = [says("identify", n, user_id=f"u{n}", email="ana@acme.example") for n in (2, 1)]
    assert decided(*said).users == {"u1": "u1", "u2": "u1"}


def test_a_browser_key_neither_merges_by_address_nor_takes_one_over() -> None:
    known = Known(emails={"ana@acme.example": (7,)}, names={7: "crm-7"})
    decision = decided(says("identify", by=BROWSER, user_id="u1", email="ana@acme.example"), known=known)
    assert decision.users == {"u1": "u1"}
    assert decision.people == {"u1": PersonUpsert("u1")}
    assert [(r.reason, r.path, r.partial) for r in decision.refusals] == [("email_taken", "traits.email", True)]


def test_an_unproven_address_is_only_a_trait() -> None:
    decision = decided(says("identify", by=BROWSER, user_id="u1", email="eve@evil.example"))
    assert decision.people == {"u1": PersonUpsert("u1", traits={"email": "eve@evil.example"})}
    assert decision.refusals == ()


def test_a_browser_key_sets_no_protected_field() -> None:
    traits = {"mrr": 9_000, "Plan": "gold", "createdAt": "2020-01-01", "Account Owner": "eve", "color": "red"}
    decision = decided(says("group", by=BROWSER, user_id="u1", group_id="g1", traits=traits))
    assert decision.accounts == {"g1": AccountUpsert("g1", traits={"color": "red"})}
    assert sorted((r.reason, r.path) for r in decision.refusals) == [
        ("protected_dates", "traits.createdAt"),
        ("protected_money", "traits.mrr"),
        ("protected_owner", "traits.Account Owner"),
        ("protected_plan", "traits.Plan"),
    ]
    assert all(r.partial for r in decision.refusals)


def test_a_server_key_sets_them() -> None:
    traits = {"mrr": 9_000, "createdAt": "2020-01-01T10:00:00Z", "name": "Acme"}
    decision = decided(says("group", user_id="u1", group_id="g1", traits=traits))
    assert decision.accounts == {
        "g1": AccountUpsert("g1", name="Acme", started_on=date(2020, 1, 1), traits={"mrr": 9_000})
    }


@pytest.mark.parametrize("name", ["MRR", "mrr_minor", "seat-count", "Renewal Date", "stripe_customer_id", "isTrial"])
def test_names_are_protected_however_they_are_written(name: str) -> None:
    assert protection.protected(name) is not None


def test_names_that_people_need_are_not() -> None:
    assert [n for n in ("name", "email", "industry", "employees", "role", "website") if protection.protected(n)] == []


def test_an_anonymous_id_is_joined_by_identify() -> None:
    decision = decided(says("track", 1, anonymous_id="a1"), says("identify", 2, anonymous_id="a1", user_id="u1"))
    assert decision.joins == {("anonymous", "a1"): "u1"}
    assert decision.visitors == {"a1": "u1"}


def test_of_two_who_claim_a_visitor_the_newest_word_counts() -> None:
    early, late = (says("identify", n, anonymous_id="a1", user_id=f"u{n}") for n in (1, 2))
    assert decided(late, early).visitors == decided(early, late).visitors == {"a1": "u2"}


def test_alias_joins_a_former_id_and_never_makes_two_known_people_one() -> None:
    known = Known(people={"old": 1, "new": 2}, names={1: "old", 2: "new"})
    alias = says("alias", user_id="new", previous_id="old")
    for sender, reason in ((SERVER, "two_people"), (BROWSER, "merge_not_allowed")):
        refused = decided((alias[0], sender), known=known)
        assert refused.joins == {}
        assert [(r.reason, r.partial) for r in refused.refusals] == [(reason, False)]
    assert decided(says("alias", user_id="new", previous_id="x"), known=known).joins == {
        ("user", "x"): 2, ("anonymous", "x"): 2
    }  # fmt: skip
    assert decided(says("alias", by=BROWSER, user_id="new", previous_id="x"), known=known).joins == {
        ("anonymous", "x"): 2
    }


def test_traits_of_a_visitor_nobody_named_are_refused() -> None:
    decision = decided(says("identify", anonymous_id="a1", traits={"color": "red"}))
    assert [(r.reason, r.partial) for r in decision.refusals] == [("nobody_yet", False)]


def test_different_traits_are_bounded() -> None:
    known = Known(trait_keys={"person": frozenset(f"t{n}" for n in range(999))})
    decision = decided(says("identify", user_id="u1", traits={"t1": 1, "x": 1, "y": 1}), known=known)
    assert decision.people["u1"].traits == {"t1": 1, "x": 1}
    assert [(r.reason, r.path) for r in decision.refusals] == [("too_many_traits", "traits.y")]


RESOLVED = Resolved(
    users={"u1": 1, "u2": 2, "u3": 3}, visitors={"a1": 1}, groups={"g1": 11}, accounts_of={1: (11,), 2: (11, 12)},
    groupings={2: ((NOON, 12), (NOON + timedelta(hours=1), 11))},
)  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "hours", "arrived", "expected"),
    [
        ({"user_id": "u1"}, 0, False, (1, 11)),
        ({"anonymous_id": "a1"}, 0, False, (1, 11)),
        ({"user_id": "u3", "group_id": "g1"}, 0, False, (3, 11)),
        ({"anonymous_id": "a9", "group_id": "g1"}, 0, False, (None, 11)),
        ({"user_id": "u3"}, 0, False, "no_account"),
        ({"anonymous_id": "a9"}, 0, False, "no_account"),
        ({"user_id": "u2"}, -1, False, (2, 12)),
        ({"user_id": "u2"}, 0.5, False, (2, 11)),
        ({"user_id": "u2"}, 2, False, "ambiguous_account"),
        ({"user_id": "u2"}, 2, True, (2, 11)),
    ],
)
def test_attribution(fields: dict[str, str], hours: float, arrived: bool, expected: object) -> None:
    message = Message(type="track", message_id="m", at=NOON + timedelta(hours=hours), **fields)  # type: ignore[arg-type]
    assert rules.attribute(message, RESOLVED, arrived=arrived) == expected


_USERS, _VISITORS, _GROUPS = (st.sampled_from([f"{letter}{n}" for n in range(3)]) for letter in "uag")
_MAYBE = st.one_of(st.none(), _USERS)
_SAID = st.builds(
    lambda kind, user, visitor, group, email, trust, value: (
        kind,
        {
            "user_id": user, "anonymous_id": visitor, "group_id": group, "email": email,
            "previous_id": visitor if kind == "alias" else None,
            "traits": {"color": value} if kind in ("identify", "group") else {},
        },
        trust,
    ),
    st.sampled_from(["identify", "group", "track", "alias"]), _MAYBE, st.one_of(st.none(), _VISITORS),
    st.one_of(st.none(), _GROUPS), st.one_of(st.none(), st.sampled_from(["x@a.example", "y@a.example"])),
    st.sampled_from([SERVER, BROWSER]), st.integers(0, 3),
)  # fmt: skip


@given(said=st.lists(_SAID, max_size=10), seconds=st.lists(st.integers(0, 3), min_size=10, max_size=10), data=st.data())
def test_the_order_within_a_run_does_not_matter_for_later_events(
    said: list[tuple[str, dict[str, object], Batch]], seconds: list[int], data: st.DataObject
) -> None:
    run = []
    for number, (kind, fields, by) in enumerate(said):
        message, sender = says(kind, number, by=by, **fields)
        run.append((_at(message, seconds[number]), sender))
    known = Known(people={"u0": 100}, names={100: "u0", 101: "crm"}, emails={"y@a.example": (101,)})
    one, other = decided(*run, known=known), decided(*data.draw(st.permutations(run)), known=known)
    assert one == other
    made = {**{name: 1 + n for n, name in enumerate(sorted(one.people))}, "u0": 100, "crm": 101}
    accounts = {name: 500 + n for n, name in enumerate(sorted(one.accounts))}
    later = [
        Message(type="track", message_id="later", at=NOON, user_id=user, anonymous_id=visitor)
        for user in (None, "u0", "u1", "u2") for visitor in (None, "a0", "a1", "a2")
    ]  # fmt: skip
    before, after = (resolved(each, known, made, accounts) for each in (one, other))
    assert [rules.attribute(m, before) for m in later] == [rules.attribute(m, after) for m in later]
    assert replace(one, refusals=()) == replace(other, refusals=())


def _at(message: Message, seconds: int) -> Message:
    return Message(
        type=message.type, message_id=message.message_id, at=NOON + timedelta(seconds=seconds),
        user_id=message.user_id, anonymous_id=message.anonymous_id, previous_id=message.previous_id,
        group_id=message.group_id, traits=message.traits, email=message.email,
    )  # fmt: skip

"""Segments of people: by condition over themselves and their account, by hand, by chance; refusals; their history."""

import gc
import weakref
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.base import tenancy
from tenure.base.models import OutboxMessage
from tenure.base.refusals import Invalid, NotFound
from tenure.customers import actions as customers
from tenure.customers.contracts import PersonUpsert
from tenure.definitions.actions import archive
from tenure.definitions.contracts import WrongDocument
from tenure.events.queries import engine, open_lake
from tenure.health import belief, current, derived, people
from tenure.health import jobs as health_jobs
from tenure.health.tests import company
from tenure.measures.language import ExpressionError, complete, parse
from tenure.segments import actions, jobs, membership, queries, starters
from tenure.segments.models import SegmentDay
from tenure.segments.tests import crowd
from tenure.segments.tests.defining import segment
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import Member, Workspace


@pytest.fixture
def founded(acme: Workspace) -> Workspace:
    """A small company with its people and both current states."""
    with tenancy.workspace(acme.pk):
        crowd.computed(acme)
    return acme


@pytest.fixture
def by(founded: Workspace, ana: Member) -> MemberView:
    with tenancy.workspace(founded.pk):
        return tenants.members_by_id([ana.pk])[ana.pk]


def of_people(key: str, where: str = "", **body: object) -> None:
    segment(key, where, entity="person", **body)


def inside(key: str) -> set[str]:
    page = queries.members(key, company.AS_OF, limit=500, columns=["external_id"])
    return {str(row["external_id"]) for row in page.rows}


def names(text: str) -> set[str]:
    found = queries.sample(parse(text, queries.catalogue("person")), company.AS_OF, limit=500, columns=["external_id"])
    return {str(row["external_id"]) for row in found.rows}


def numbered(*numbers: int) -> set[str]:
    return {f"P-{n}" for n in numbers}


def test_a_condition_reads_the_person_the_role_and_the_account(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        assert names("role = 'champion'") == numbered(*range(1, 37, 3))
        assert names("days_since_last_seen >= 20") == numbered(*range(4, 37, 6))
        assert names("account.external_id = 'A-5'") == numbered(13, 14, 15, 6)
        assert names("account.trait.tier = 2 and role = 'champion'") == numbered(4, 13, 22, 31)
        assert names("accounts > 1") == {"P-3"}
        assert names("account.external_id = 'A-2'") == numbered(4, 5, 3), "of two accounts the one joined last"
        assert names("seat = 1 and account.active_days_28d >= 0") == numbered(*range(1, 37, 2))
        assert names("email = 'p7@example.com' and title = 'Engineer'") == {"P-7"}


def test_segments_of_people_read_each_other_and_those_of_their_account(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        segment("tier_two", "trait.tier = 2")
        of_people("champions", "role = 'champion'")
        of_people("ours", "segment.champions and account.segment.tier_two")
        of_people("hand", members=["P-1", "P2@EXAMPLE.com", "gone"])
        of_people("lot", bucket={"share": 0.5, "salt": "x"})
        of_people("rest", bucket={"share": 0.5, "salt": "x", "start": 0.5})
        assert inside("ours") == numbered(4, 13, 22, 31)
        assert inside("hand") == numbered(1, 2)
        assert inside("lot") | inside("rest") == numbered(*range(1, 37))
        assert inside("lot") & inside("rest") == set()
        assert membership.marks("person")["in__ours"] == "1(champions=1,tier_two=1)"
        segment("tier_two", "trait.tier = 1")
        assert inside("ours") == numbered(1, 10, 19, 28), "a changed segment of accounts counts at once"


def test_a_state_that_was_written_is_let_go_of(founded: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read from its file: a worker that remembered each would hold a company several times."""
    written: list[weakref.ref[pa.Table]] = []
    write = current.write

    def noted(slug: str, state: current.State, **keywords: Any) -> Path:
        written.append(weakref.ref(state.table))
        return write(slug, state, **keywords)

    monkeypatch.setattr(current, "write", noted)
    with tenancy.workspace(founded.pk):
        of_people("champions", "role = 'champion'")
        segment("busy", "active_days_28d >= 14")
        health_jobs.refresh(belief.setting(founded.slug), company.AS_OF, full=True)
        people.refresh(founded.slug, company.AS_OF, now=True)
        assert inside("champions") == numbered(*range(1, 37, 3))
    gc.collect()
    assert [each() for each in written] == [None, None]


def test_accounts_and_people_are_not_mixed_up(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        segment("big", "trait.tier = 2")
        of_people("champions", "role = 'champion'")
        with pytest.raises(WrongDocument, match=r"is a segment of accounts\. Write account\.segment\.big"):
            of_people("wrong", "segment.big")
        with pytest.raises(WrongDocument, match=r"is a segment of people\. A condition on accounts cannot read it"):
            segment("wrong", "segment.champions")
        with pytest.raises(ExpressionError, match="segment of people"):
            parse("segment.champions", queries.catalogue())
        with pytest.raises(WrongDocument, match="cannot be made from itself: champions → champions"):
            of_people("champions", "not segment.champions")
        with pytest.raises(WrongDocument, match="a touch tier is of accounts, not of people"):
            of_people("wrong", "accounts > 1", tier={"order": 1})
        with pytest.raises(WrongDocument, match="'champions' is a segment of people and stays one"):
            segment("champions", "trait.tier = 2")
        archive(kind="segment", key="champions", by=None)
        with pytest.raises(WrongDocument, match="'champions' is a segment of people and stays one"):
            segment("champions", "trait.tier = 2")
        assert set(membership.in_force()) == {"big"}


def test_the_file_has_the_segments_and_is_made_anew_when_it_is_due(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        of_people("champions", "role = 'champion'")
        assert crowd.cycle(founded, history=False).rows == 36
        stored = current.latest(founded.slug, "person")
        assert stored is not None
        assert dict(stored.marks) == {"in__champions": "1"}
        assert crowd.cycle(founded, history=False).rows == 0
        customers.upsert_people([PersonUpsert("P-99", name="New")])
        assert people.refresh(founded.slug, company.AS_OF, now=False).rows == 0, "not yet due"
        assert people.refresh(founded.slug, company.AS_OF, now=True).rows == 36, "she begins after as-of"
        assert people.refresh(founded.slug, company.AS_OF, now=True).rows == 0


def test_pages_hold_every_member_once_by_name(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        of_people("all", "accounts >= 0")
        found, cursor = list[object](), None
        while True:
            page = queries.members("all", company.AS_OF, cursor=cursor, limit=5, columns=["name"])
            found += [row["name"] for row in page.rows]
            if (cursor := page.next) is None:
                break
        assert found == [f"Person {n:02}" for n in range(1, 37)]


def test_why_names_each_leaf_with_what_it_read_of_the_person_and_the_account(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        segment("big", "trait.tier = 2")
        of_people("quiet", "role = 'champion' and account.segment.big and account.trait.tier = 2 and accounts = 2")
        ids = dict(zip(*(people.state().table[c].to_pylist() for c in ("external_id", "id")), strict=True))
        why = queries.explained("quiet", ids["P-4"], company.AS_OF)
        assert why is not None
        assert [(leaf.text, leaf.truth, leaf.readings[0].value) for leaf in why.leaves] == [
            ("role = 'champion'", True, "champion"), ("account.segment.big", True, True),
            ("account.tier = 2", True, 2.0), ("accounts = 2", False, 1.0),
        ]  # fmt: skip
        assert why.truth is False


def test_a_list_of_people_is_changed_by_id_and_e_mail_and_frozen(founded: Workspace, by: MemberView) -> None:
    with tenancy.workspace(founded.pk):
        of_people("hand", members=["P-1"])
        with pytest.raises(Invalid, match=r"no person with the id or e-mail A-1\. Nothing was added"):
            actions.add_members(key="hand", external_ids=["A-1", "P-3"], by=by)
        assert inside("hand") == {"P-1"}
        assert actions.add_members(key="hand", external_ids=["P5@example.com", "P-3"], by=by) == 2
        assert inside("hand") == numbered(1, 3, 5)
        of_people("champions", "role = 'champion'")
        was = inside("champions")
        key = actions.freeze(key="champions", day=company.AS_OF, name="Then", by=by)
        of_people("champions", "role = 'user'")
        assert (inside(key), inside("champions")) == (was, {"P-3"})
        with pytest.raises(NotFound, match="has no 2020-01-01"):
            actions.freeze(key="champions", day=date(2020, 1, 1), name="", by=by)


def test_starters_of_people_fit_the_data_or_say_what_is_missing(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        offered = {each.key: each for each in starters.offered() if each.entity == "person"}
        assert set(offered) == {"champions_quiet", "people_new_14d", "decision_maker_unseen"}
        quiet = offered["champions_quiet"].body
        assert quiet is not None
        assert (quiet["entity"], "champion" in str(quiet["where"])) == ("person", True)
        starters.publish_first()
        assert inside("champions_quiet") == numbered(*range(4, 37, 6))
        assert inside("people_new_14d") == numbered(9, 18, 27, 36)


def test_without_anybody_the_starters_wait(acme: Workspace) -> None:
    with tenancy.workspace(acme.pk):
        company.computed(acme)
        assert crowd.cycle(acme).note == "nobody yet"
        missing = {each.key: each.missing for each in starters.offered() if each.entity == "person"}
        assert missing["people_new_14d"] == "people"


def test_facts_say_that_people_moved(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        of_people("champions", "role = 'champion'")
        assert jobs.tell() == 12
        (message,) = OutboxMessage.objects.filter(fact="SegmentMoved")
        assert (message.body["entity"], len(message.body["entered"])) == ("person", 12)
        archive(kind="segment", key="champions", by=None)
        assert jobs.tell() == 12
        message = OutboxMessage.objects.filter(fact="SegmentMoved").latest("id")
        assert (message.body["entity"], len(message.body["left"])) == ("person", 12)


def test_values_are_completed_from_the_people_and_their_accounts(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        state = people.state()

        def offered(column: str, typed: str) -> list[tuple[str, int | None]]:
            return [(each.value, each.count) for each in current.known_values(state, column, typed, limit=3)]

        assert offered("role", "") == [("champion", 12), ("decision maker", 12), ("user", 1)]
        assert offered("role", "MA") == [("decision maker", 12)]
        assert offered("a__external_id", "a-12") == [("A-12", None)]
        assert offered("name", "son 0") == [(f"Person {n:02}", None) for n in (1, 2, 3)]
        assert offered("accounts", "1") == offered("a__nothing", "") == []
        found = complete(
            "role = 'ch", 10, queries.catalogue("person"), values=lambda f, w: current.known_values(state, f.column, w)
        )
        assert [(each.insert, each.count) for each in found] == [("'champion'", 12)]


LEAVES = st.sampled_from(
    [
        "role = 'champion'", "role is unknown", "accounts > 1", "days_since_last_seen >= 10", "active_days_28d >= 5",
        "change(active_days_28d) < 0", "seat = 1", "account.band = 'healthy'", "account.score < 80",
        "account.trend_7d < 0", "account.tier = 2", "account.segment.busy", "days_since(started_on) < 30",
        "title = 'Engineer'", "account.active_days_28d >= 12", "account.external_id = 'A-5'",
        "account.score is unknown",
    ]
)  # fmt: skip
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda parts: (
        st.tuples(parts, st.sampled_from(["and", "or"]), parts).map(lambda p: f"({p[0]}) {p[1]} ({p[2]})")
        | parts.map(lambda p: f"not ({p})")
    ),
    max_leaves=4,
)
DAYS = [company.AS_OF - timedelta(days=n) for n in (90, 41, 40, 31, 30, 21, 8, 1)]


def replayed(slug: str, key: str, day: date) -> set[int]:
    """Who is in by the moves up to a day, one after the other."""
    moves = engine().query(
        "select distinct day, person, entered from moves where segment = $key and day <= $day order by day",
        relations={"moves": open_lake(slug).relation("person_segment_moves")},
        params={"key": key, "day": day},
    )
    inside: set[int] = set()
    for move in moves.to_pylist():
        assert (move["person"] in inside) != move["entered"], "nobody enters twice or leaves unentered"
        inside ^= {move["person"]}
    return inside


def computed(key: str, day: date, states: dict[date, current.State]) -> set[int]:
    """Who is in by everything believed on that day."""
    if day not in states:
        states[day] = people.state_as_of(day)
    state = derived.completed(derived.bare(states[day]))
    return set(jobs.members(state.table, membership.column_of(key)).tolist())


@pytest.mark.any_database
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(EXPRESSIONS, min_size=4, max_size=4))
def test_the_history_of_people_replayed_is_the_membership_computed(founded: Workspace, texts: list[str]) -> None:
    states: dict[date, current.State] = {}
    with tenancy.workspace(founded.pk):
        if "busy" not in membership.in_force():
            segment("busy", "active_days_28d >= 14")
        run = SegmentDay.objects.count()
        keys = [f"p{run}_{n}" for n in range(len(texts))]
        for key, text in zip(keys, texts, strict=True):
            of_people(key, text)
        of_people(f"p{run}_of", f"segment.{keys[0]} and not segment.{keys[1]}")
        jobs.fill(founded.slug, company.AS_OF, entity="person")
        for key in [*keys, f"p{run}_of"]:
            history = {day: replayed(founded.slug, key, day) for day in DAYS}
            assert history == {day: computed(key, day, states) for day in DAYS}


def test_the_moves_of_a_person_are_found_by_segment_and_by_person(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        of_people("at_five", "account.external_id = 'A-5'")
        jobs.fill(founded.slug, company.AS_OF, entity="person")
        day = company.AS_OF - timedelta(days=30)
        found, after = queries.moves("at_five", day, day)
        state = people.state().table
        ids = dict(zip(state["external_id"].to_pylist(), state["id"].to_pylist(), strict=True))
        assert ([(m.member, m.entered) for m in found], after) == ([(ids["P-6"], True)], None)
        of_person = queries.moves_of_member("person", ids["P-6"], company.AS_OF)
        assert [(key, [(m.day, m.entered) for m in moves]) for key, moves in of_person.items()] == [
            ("at_five", [(day, True)])
        ]
        assert isinstance(state, pa.Table)

"""Who is in: by condition, by hand, by chance; segments of segments; refusals; the columns of the state."""

from datetime import timedelta

import numpy as np
import pytest
from django.test import Client

from tenure.base import tenancy
from tenure.base.refusals import Conflict, Invalid, NotFound
from tenure.definitions.actions import archive
from tenure.definitions.contracts import WrongDocument
from tenure.definitions.yamlio import apply, export
from tenure.health import current, lists
from tenure.health import queries as health
from tenure.health.tests import company
from tenure.measures.language import parse
from tenure.segments import actions, queries, rules, starters
from tenure.segments.contracts import Move
from tenure.segments.tests.defining import segment
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member, Workspace


@pytest.fixture
def founded(acme: Workspace) -> Workspace:
    """A small company with its current state."""
    with tenancy.workspace(acme.pk):
        company.computed(acme)
    return acme


@pytest.fixture
def by(founded: Workspace, ana: Member) -> MemberView:
    with tenancy.workspace(founded.pk):
        return tenants.members_by_id([ana.pk])[ana.pk]


def inside(key: str) -> set[str]:
    """The external ids of the members now."""
    page = queries.members(key, company.AS_OF, limit=500, columns=["external_id"])
    return {str(row["external_id"]) for row in page.rows}


def names(text: str) -> set[str]:
    """The external ids that an expression selects."""
    page = current.list_rows(health.state(), where=parse(text, queries.catalogue()), limit=500, columns=["external_id"])
    return {str(row["external_id"]) for row in page.rows}


def test_a_segment_is_who_its_condition_selects_and_can_be_named(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        segment("busy", "active_days_28d >= 14")
        segment("hand", members=["A-1", "A-12", "gone"])
        segment("both", "segment.busy and not segment.hand")
        assert inside("busy") == names("active_days_28d >= 14") != set()
        assert inside("hand") == {"A-1", "A-12"}
        assert inside("both") == inside("busy") - {"A-1", "A-12"} != inside("busy")
        found = lists.list_accounts(company.AS_OF, where=parse("segment.both", health.catalogue()), limit=500)
        assert len(found.accounts) == len(inside("both"))


def test_a_changed_segment_counts_at_once_and_the_file_follows(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        segment("busy", "active_days_28d >= 14")
        segment("idle", "not segment.busy")
        company.cycle(founded, history=False)
        stored = current.latest(founded.slug)
        assert stored is not None
        assert dict(stored.marks) == {"in__busy": "1", "in__idle": "1(busy=1)"}
        before = inside("idle")
        segment("busy", "active_days_28d >= 0")
        assert (inside("busy"), inside("idle")) == (names("active_days_28d >= 0"), set())
        assert before != set()
        assert company.cycle(founded, history=False)["current state"].note == "segments changed"
        stored = current.latest(founded.slug)
        assert stored is not None
        assert dict(stored.marks) == {"in__busy": "2", "in__idle": "1(busy=2)"}
        archive(kind="segment", key="idle", by=None)
        assert "in__idle" not in health.state().table.column_names


def test_circles_and_strangers_are_refused(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        segment("a", "mrr >= 0 or mrr is unknown")
        segment("b", "segment.a")
        with pytest.raises(WrongDocument, match=r"a segment cannot be made from itself: a → b → a"):
            segment("a", "segment.b")
        with pytest.raises(WrongDocument, match=r"cannot be made from itself: c → c"):
            segment("c", "not segment.c")
        with pytest.raises(WrongDocument, match=r"segment\.nobody"):
            segment("c", "segment.nobody")
        with pytest.raises(WrongDocument, match="exactly one of where, members and bucket"):
            segment("c", "mrr > 1", members=["A-1"])
        with pytest.raises(WrongDocument, match="address of the product"):
            segment("new", "mrr > 1")
        with pytest.raises(Conflict, match="still used by the segment 'b'"):
            archive(kind="segment", key="a", by=None)


def test_files_are_applied_in_the_order_in_which_they_read_each_other(founded: Workspace, tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    with tenancy.workspace(founded.pk):
        (folder / "segment").mkdir()
        (folder / "segment" / "a.yaml").write_text("name: A\nwhere: segment.z and segment.m\n")
        (folder / "segment" / "m.yaml").write_text("name: M\nwhere: not segment.z\n")
        (folder / "segment" / "z.yaml").write_text("name: Z\nbucket: {share: 0.5, salt: test}\n")
        assert apply(folder, by=None).count("created") == 3
        assert inside("a") == set()
        (folder / "segment" / "z.yaml").write_text("name: Z\nwhere: segment.a\n")
        with pytest.raises(WrongDocument) as refused:
            apply(folder, by=None)
        assert [(p.where, p.line) for p in refused.value.problems] == [("segment/z.yaml", 2)]
        assert inside("m") != set()
        export(folder)
        assert "share: 0.5" in (folder / "segment" / "z.yaml").read_text()


def test_chance_keeps_its_share_and_its_members() -> None:
    ids = np.arange(1, 100_001)
    places = rules.drawn(ids, "spring")
    assert float(places.min()) >= 0
    assert float(places.max()) < 1
    for start in (0.0, 0.25, 0.9):
        held = ((places >= start) & (places < start + 0.1)).mean()
        assert held == pytest.approx(0.1, abs=0.004)  # four standard deviations of a fair draw
    assert rules.drawn(ids[500:510], "spring").tolist() == places[500:510].tolist()
    assert abs(np.corrcoef(places, rules.drawn(ids, "autumn"))[0, 1]) < 0.013


def test_buckets_of_one_draw_share_nobody(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        segment("half", bucket={"share": 0.5, "salt": "x"})
        segment("other", bucket={"share": 0.5, "salt": "x", "start": 0.5})
        assert inside("half") | inside("other") == {f"A-{n}" for n in range(1, 13)}
        assert inside("half") & inside("other") == set()


def test_why_names_each_leaf_with_what_it_read(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        segment("busy", "active_days_28d >= 14 and trait.tier = 1")
        account = health.state().table["id"][0].as_py()
        row = lists.facts_of_account(account, company.AS_OF)
        why = queries.explained("busy", account, company.AS_OF)
        assert why is not None
        assert [leaf.text for leaf in why.leaves] == ["active_days_28d >= 14", "tier = 1"]
        assert [leaf.readings[0].value for leaf in why.leaves] == [row["active_days_28d"], row["t__tier"]]
        assert why.truth is row["in__busy"]


def test_since_when_is_the_day_of_the_move(founded: Workspace) -> None:
    with tenancy.workspace(founded.pk):
        segment("busy", "active_days_28d >= 14")
        day = company.AS_OF - timedelta(days=9)

        def since(inside: bool | None, *moves: Move) -> object:
            (found,) = queries.memberships(company.AS_OF, {"in__busy": inside}, {"busy": moves} if moves else {})
            return found.since

        entered = Move(day, 1, entered=True, version=1, redefined=False)
        assert since(True, entered) == day
        assert since(False, entered) == company.AS_OF
        assert since(True, Move(day, 1, entered=True, version=1, redefined=True)) is None
        assert (since(False), since(None, entered)) == (None, None)


def test_a_list_is_changed_by_hand_and_the_trail_says_so(founded: Workspace, by: MemberView) -> None:
    with tenancy.workspace(founded.pk):
        segment("hand", members=["A-1"])
        with pytest.raises(Invalid, match=r"no account with the id X-9\. Nothing was added"):
            actions.add_members(key="hand", external_ids=["A-2", "X-9"], by=by)
        assert inside("hand") == {"A-1"}
        assert actions.add_members(key="hand", external_ids=["A-2", "A-1", " A-3 "], by=by) == 2
        assert actions.remove_members(key="hand", external_ids=["A-1"], by=by) == 1
        assert inside("hand") == {"A-2", "A-3"}
        entry = AuditEntry.objects.filter(action="segment.members_changed").latest("id")
        assert (entry.actor_label, entry.before, entry.after) == (by.label, {"members": 3}, {"members": 2})
        segment("busy", "active_days_28d >= 14")
        with pytest.raises(Conflict, match="Only a static list"):
            actions.add_members(key="busy", external_ids=["A-1"], by=by)


def test_a_snapshot_stays_when_its_segment_moves_on(founded: Workspace, by: MemberView) -> None:
    with tenancy.workspace(founded.pk):
        segment("busy", "active_days_28d >= 14")
        was = inside("busy")
        key = actions.freeze(key="busy", day=company.AS_OF, name="Then", by=by)
        segment("busy", "active_days_28d < 14")
        assert (key, inside(key)) == ("then", was)
        with pytest.raises(Conflict, match="stays as it was"):
            actions.remove_members(key=key, external_ids=["A-1"], by=by)
        with pytest.raises(NotFound, match="history of this segment has no 2020-01-01"):
            actions.freeze(key="busy", day=company.AS_OF.replace(year=2020, month=1, day=1), name="", by=by)


def test_starters_fit_the_data_or_say_what_is_missing(founded: Workspace, by: MemberView) -> None:
    with tenancy.workspace(founded.pk):
        offered = {each.key: each for each in starters.offered()}
        assert offered["use_falls"].body is not None
        assert (offered["promoters"].body, offered["promoters"].missing) == (None, "NPS answers")
        with pytest.raises(Conflict, match="data for this segment is missing: NPS answers"):
            actions.take_up(starter="promoters", by=by)
        ready = sum(each.body is not None for each in offered.values())
        assert starters.publish_first() == ready > 3
        assert {each.key for each in queries.listing(company.AS_OF)} == {k for k, e in offered.items() if e.body}
        for each in queries.listing(company.AS_OF):
            archive(kind="segment", key=each.key, by=None)
        assert starters.publish_first() == 0, "what somebody archived does not come back"


def test_an_account_in_several_tiers_has_the_closest(founded: Workspace, ana_client: Client) -> None:
    with tenancy.workspace(founded.pk):
        segment("many", "active_days_28d >= 0", tier={"order": 2, "channels": ["mail"]})
        segment("few", members=["A-1"], tier={"order": 1, "named_csm": True, "cadence_days": 14})
        segment("other", members=["A-2"])
        accounts = health.state().table.select(["id", "external_id"]).to_pylist()
        ids = {row["external_id"]: row["id"] for row in accounts}
        found = {name: queries.tier_of(lists.facts_of_account(ids[name], company.AS_OF)) for name in ("A-1", "A-2")}
        assert {name: tier.name if tier else None for name, tier in found.items()} == {"A-1": "few", "A-2": "many"}
        assert queries.tier_of({}) is None
    page = ana_client.get(f"/w/acme/accounts/{ids['A-1']}/").content.decode()
    assert "Contact: at least every 14 days · Named CSM: Yes" in page
    assert '<span class="visually-hidden">Touch tier: </span>few</a>' in page

"""A trait changed by hand: who may write over what, what is audited, and that its history is exact."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from tenure.base import tenancy
from tenure.base.cycle import StageRun
from tenure.base.refusals import Conflict, Invalid, NotFound
from tenure.base.tenancy import current_workspace_id
from tenure.customers.actions import EditedMeanwhile, merge_accounts, upsert_accounts, upsert_people
from tenure.customers.contracts import AccountUpsert, PersonUpsert
from tenure.customers.models import Account, Person, TraitDefinition
from tenure.events import actions as log
from tenure.events.contracts import TRAITS
from tenure.events.queries import Lake, engine, open_lake
from tenure.health.belief import setting
from tenure.health.jobs import refresh
from tenure.health.queries import catalogue, state
from tenure.measures.language import parse
from tenure.measures.queries import facts
from tenure.segments import actions as segments
from tenure.segments.queries import memberships, row_of
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.tenants.queries import members_by_id
from tenure.traits import actions, queries, writing
from tenure.traits.contracts import TraitEdit
from tenure.traits.models import SaidTrait

pytestmark = pytest.mark.django_db
TODAY = date(2024, 12, 31)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def by(workspace: Workspace, ana: Member) -> MemberView:
    workspace.as_of = TODAY
    workspace.save()
    tenancy.forget()
    return members_by_id([ana.pk])[ana.pk]


@pytest.fixture
def lake(workspace: Workspace) -> Lake:
    return open_lake(workspace.slug)


@pytest.fixture
def account(by: MemberView, lake: Lake) -> int:
    """An account of tier Silver since it began, as a source said; the definition of a number, too."""
    row = AccountUpsert("A", name="Alpha", started_on=date(2024, 1, 1), traits={"tier": "Silver", "sites": 3})
    made = upsert_accounts([row], source="crm").ids["A"]
    at = datetime(2024, 1, 1, tzinfo=UTC)
    said = {"entity": "account", "id": made, "at": at, "day": at.date(), "known_day": at.date(), "source": "crm"}
    rows = [{**said, "key": "tier", "value": '"Silver"'}, {**said, "key": "sites", "value": "3"}]
    log.append(lake, "traits", pa.Table.from_pylist(rows, TRAITS), writer="import:crm", run=1)
    return made


def say(account: int, text: str, began: str, by: MemberView, key: str = "tier") -> None:
    actions.say_trait(entity="account", subject=account, key=key, text=text, began=began, by=by)


def held(account: int) -> dict[str, object]:
    found: dict[str, object] = Account.objects.get(pk=account).traits
    return found


def in_lake(lake: Lake) -> list[tuple[object, ...]]:
    query = 'select "key", value, source, day from traits where source like $hand order by "at"'
    rows = engine().query(query, relations={"traits": lake.relation("traits")}, params={"hand": "hand/%"})
    return [tuple(row.values()) for row in rows.to_pylist()]


def as_of(day: date) -> object:
    return facts(entity="account", as_of=day, only=["t__tier"]).to_pylist()[0]["t__tier"]


def test_a_trait_changed_today_is_seen_today_and_not_yesterday(account: int, by: MemberView, lake: Lake) -> None:
    say(account, "Gold", "Silver", by)
    assert held(account) == {"tier": "Gold", "sites": 3}
    assert (actions.write_out(lake), SaidTrait.objects.filter(written=False).count()) == (1, 0)
    assert (as_of(YESTERDAY), as_of(TODAY)) == ("Silver", "Gold")
    say(account, "", "Gold", by)
    actions.write_out(lake)
    assert (held(account), as_of(YESTERDAY), as_of(TODAY)) == ({"sites": 3}, "Silver", None)
    assert queries.said_by([f"hand/{by.id}", "crm"]) == {f"hand/{by.id}": "Ana"}
    entry = AuditEntry.objects.filter(action="account.trait_changed").order_by("id").first()
    assert entry is not None
    assert (entry.before, entry.after, entry.actor_label) == ({"tier": "Silver"}, {"tier": "Gold"}, "Ana")


def test_a_tag_put_on_today_moves_the_account_into_a_segment_today(
    account: int, by: MemberView, lake: Lake, workspace: Workspace
) -> None:
    actions.add_tag(name="Beta", by=by)
    assert actions.tag_account(account=account, tag=" beta ", by=by) == "Beta"
    actions.write_out(lake)
    rows = {row["as_of"]: row for row in facts(entity="account", as_of=[YESTERDAY, TODAY]).to_pylist()}
    assert [rows[day]["t__tags"] for day in (YESTERDAY, TODAY)] == [None, ["Beta"]]
    refresh(setting(workspace.slug), TODAY)
    condition = parse("has(tags, 'Beta')", catalogue())
    assert [condition.holds(rows[day]) for day in (YESTERDAY, TODAY)] == [False, True]
    assert state().table["t__tags"].to_pylist() == [["Beta"]]
    key = segments.create(body={"name": "Beta", "where": "has(tags, 'Beta')"}, by=by)
    tenancy.forget()
    inside = {day: memberships(day, row_of("account", account, day), {})[0] for day in (YESTERDAY, TODAY)}
    assert [(inside[day].key, inside[day].inside) for day in (YESTERDAY, TODAY)] == [(key, False), (key, True)]


def test_what_somebody_else_said_meanwhile_stands(account: int, by: MemberView) -> None:
    say(account, "Gold", "Silver", by)
    with pytest.raises(EditedMeanwhile) as conflict:
        say(account, "Bronze", "Silver", by)
    assert conflict.value.now == "Gold"
    say(account, "Gold", "Silver", by)
    assert (held(account)["tier"], SaidTrait.objects.count()) == ("Gold", 1)


@pytest.mark.parametrize(("key", "text"), [("sites", "many"), ("nothing", "x")])
def test_what_does_not_fit_or_is_not_there_changes_nothing(account: int, by: MemberView, key: str, text: str) -> None:
    with pytest.raises((Invalid, NotFound)):
        say(account, text, "3", by, key)
    assert (held(account)["sites"], SaidTrait.objects.count(), AuditEntry.objects.count()) == (3, 0, 0)


def test_tags_are_of_the_set_and_come_off_when_retired(account: int, by: MemberView) -> None:
    with pytest.raises(Invalid, match="There is no tag Beta"):
        actions.tag_account(account=account, tag="Beta", by=by)
    tag = actions.add_tag(name="Beta", by=by)
    actions.tag_account(account=account, tag="Beta", by=by)
    actions.tag_account(account=account, tag="Beta", by=by)
    actions.retire_tag(tag=tag, by=by)
    with pytest.raises(Invalid, match="retired"):
        actions.tag_account(account=account, tag="Beta", by=by)
    assert held(account)["tags"] == ["Beta"]
    actions.tag_account(account=account, tag="Beta", by=by, on=False)
    assert ("tags" in held(account), SaidTrait.objects.count()) == (False, 2)
    with pytest.raises(NotFound):
        say(account, "Beta", "", by, "tags")


def test_a_source_whose_tags_are_a_text_keeps_them(account: int, by: MemberView) -> None:
    upsert_accounts([AccountUpsert("A", traits={"tags": "a;b"})], source="crm")
    actions.add_tag(name="Beta", by=by)
    with pytest.raises(Conflict, match="crm"):
        actions.tag_account(account=account, tag="Beta", by=by)
    assert held(account)["tags"] == "a;b"


def test_many_at_once_and_back(account: int, by: MemberView) -> None:
    others = upsert_accounts([AccountUpsert(f"B-{n}", traits={"tier": "Gold"} if n else {}) for n in range(3)]).ids
    ids = [account, *others.values()]
    merge_accounts(absorbed=ids[3], into=ids[2], by=by)
    edit = TraitEdit("tier", "put", "Gold")
    found = actions.change_traits(entity="account", edit=edit, ids=[*ids, 999_999], by=by)
    assert [each.outcome for each in found] == ["changed", "changed", "same", "refused", "refused"]
    say(ids[1], "Bronze", "Gold", by)
    back = actions.undo_traits(entity="account", edit=edit, before={e.id: e.before for e in found[:2]}, by=by)
    assert [(each.outcome, each.reason) for each in back] == [
        ("changed", ""), ("refused", "It has been given another value since."),
    ]  # fmt: skip
    assert [held(each).get("tier") for each in ids] == ["Silver", "Bronze", "Gold", "Gold"]
    assert queries.standing("tier", ids) == {ids[0]: "Silver", ids[1]: "Bronze", ids[2]: "Gold", ids[3]: "Gold"}


def test_a_persons_trait_is_changed_alike(by: MemberView, lake: Lake) -> None:
    person = upsert_people([PersonUpsert("p", name="Pia", started_on=date(2024, 1, 1), traits={"42": "x"})]).ids["p"]
    actions.say_trait(entity="person", subject=person, key="42", text="y", began="x", by=by)
    assert (actions.write_out(lake), Person.objects.get(pk=person).traits) == (1, {"42": "y"})
    assert facts(entity="person", as_of=TODAY, only=["t__42"]).to_pylist()[0]["t__42"] == "y"


@pytest.mark.parametrize("dies_at", ["append", "mark"])
def test_a_writer_that_dies_is_followed_by_one_that_writes_once(
    account: int, by: MemberView, lake: Lake, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    say(account, "Gold", "Silver", by)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(*((log, "append", die) if dies_at == "append" else (writing, "_mark", die)))
        with pytest.raises(KeyboardInterrupt):
            actions.write_out(lake)
    say(account, "Bronze", "Gold", by)
    before = Account.objects.get(pk=account).changed_at
    assert actions.write_out(lake) == 2
    assert [row[:2] for row in in_lake(lake)] == [("tier", '"Gold"'), ("tier", '"Bronze"')]
    assert (as_of(TODAY), SaidTrait.objects.filter(written=False).count()) == ("Bronze", 0)
    assert Account.objects.get(pk=account).changed_at > before
    assert actions.write_out(lake) == 0
    assert (queries.lately("account", account), queries.lately("person", account)) == ({"tier": "Bronze"}, {})
    writing.write_stage(StageRun(current_workspace_id(), lake.slug, TODAY, (TODAY,)))
    assert (queries.lately("account", account), len(in_lake(lake))) == ({}, 2)


def test_what_a_source_says_later_stands(account: int, by: MemberView) -> None:
    say(account, "Gold", "Silver", by)
    upsert_accounts([AccountUpsert("A", traits={"tier": "Silver"})], source="crm")
    assert held(account)["tier"] == "Silver"
    assert TraitDefinition.objects.get(key="tier").source == "crm"

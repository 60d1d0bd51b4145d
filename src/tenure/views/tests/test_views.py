"""Saved views: who sees, shares, changes, removes one; the view a list opens with."""

from dataclasses import replace

import pytest

from tenure.base import tenancy
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.tenants.permissions import Role
from tenure.tenants.queries import members_by_id
from tenure.views import actions, queries, rules
from tenure.views.contracts import Listed

pytestmark = pytest.mark.django_db
LISTED = Listed("all", "mrr > 1000", "-mrr", "plan", ("mrr", "t__region"))


@pytest.fixture
def ana_(acme: Workspace, ana: Member) -> MemberView:
    with tenancy.workspace(acme.pk):
        return members_by_id([ana.pk])[ana.pk]


@pytest.fixture
def ben_(acme: Workspace, ben: Member) -> MemberView:
    """Ben in support: he keeps views and shares none."""
    with tenancy.workspace(acme.pk):
        return replace(members_by_id([ben.pk])[ben.pk], role=Role.SUPPORT)


@pytest.fixture(autouse=True)
def inside(acme: Workspace):  # type: ignore[no-untyped-def]
    with tenancy.workspace(acme.pk):
        yield


def _save(by: MemberView, name: str = "Big", *, shared: bool = False) -> int:
    return actions.save_view(entity="account", name=name, listed=LISTED, shared=shared, by=by)


def _audit() -> list[str]:
    return list(AuditEntry.objects.filter(action__startswith="view.").order_by("id").values_list("action", flat=True))


def test_a_view_keeps_what_the_list_shows(ana_: MemberView) -> None:
    view = queries.one(_save(ana_, "  Big   ones "), ana_)
    assert (view.name, view.listed, view.shared, view.home, view.removed) == ("Big ones", LISTED, False, False, False)
    assert _audit() == []


def test_ones_own_is_nobody_elses(ana_: MemberView, ben_: MemberView) -> None:
    view = _save(ana_)
    assert queries.visible(ben_, "account") == ()
    for act in (actions.remove_view, actions.restore_view):
        with pytest.raises(NotFound):
            act(view=view, by=ben_)
    with pytest.raises(NotFound):
        actions.change_view(view=view, by=ben_, name="Mine")
    with pytest.raises(NotFound):
        queries.one(view, ben_)
    assert [each.name for each in queries.visible(ana_, "account")] == ["Big"]


def test_the_teams_views_are_changed_by_who_may_share(ana_: MemberView, ben_: MemberView) -> None:
    with pytest.raises(Forbidden):
        _save(ben_, shared=True)
    view = _save(ana_, shared=True)
    with pytest.raises(Forbidden):
        actions.change_view(view=view, by=ben_, listed=replace(LISTED, where=""))
    assert [each.listed.where for each in queries.visible(ben_, "account")] == ["mrr > 1000"]
    own = _save(ben_, "Own")
    with pytest.raises(Forbidden):
        actions.change_view(view=own, by=ben_, shared=True)
    assert queries.one(own, ben_).shared is False
    actions.change_view(view=view, by=ana_, name="Bigger", listed=replace(LISTED, where=""))
    entry = AuditEntry.objects.get(action="view.changed")
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["name"], entry.before["where"], entry.after["name"], entry.after["where"]) == (
        "Big", "mrr > 1000", "Bigger", "",
    )  # fmt: skip


def test_a_removed_view_comes_back_as_it_was(ana_: MemberView) -> None:
    view = _save(ana_, shared=True)
    actions.set_home(view=view, home=True, by=ana_)
    actions.remove_view(view=view, by=ana_)
    actions.remove_view(view=view, by=ana_)
    assert queries.visible(ana_, "account") == ()
    assert [each.removed for each in queries.visible(ana_, "account", removed=view)] == [True]
    actions.restore_view(view=view, by=ana_)
    assert [(each.name, each.listed, each.home) for each in queries.visible(ana_, "account")] == [("Big", LISTED, True)]
    assert _audit() == ["view.shared", "view.removed", "view.restored"]


def test_one_view_is_home_and_unsharing_takes_it_from_others(ana_: MemberView, ben_: MemberView) -> None:
    first, second = _save(ana_, "A", shared=True), _save(ana_, "B", shared=True)
    actions.set_home(view=first, home=True, by=ben_)
    for view in (first, second):
        actions.set_home(view=view, home=True, by=ana_)
    assert [each.home for each in queries.visible(ana_, "account")] == [False, True]
    assert [each.home for each in queries.visible(ben_, "account")] == [True, False]
    actions.change_view(view=first, by=ana_, shared=False)
    actions.change_view(view=first, by=ana_, shared=True)
    assert [each.home for each in queries.visible(ben_, "account")] == [False, False]
    actions.set_home(view=second, home=False, by=ana_)
    assert [each.home for each in queries.visible(ana_, "account")] == [False, False]


def test_names_and_how_many(ana_: MemberView, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("  ", "x" * 61):
        with pytest.raises(Invalid):
            _save(ana_, name)
    monkeypatch.setattr(rules, "MOST", 1)
    kept = _save(ana_)
    with pytest.raises(Conflict):
        _save(ana_, "Another")
    actions.remove_view(view=kept, by=ana_)
    assert queries.one(_save(ana_, "Another"), ana_).name == "Another"


def test_views_of_people_are_not_among_those_of_accounts(ana_: MemberView) -> None:
    actions.save_view(entity="person", name="People", listed=Listed(), shared=False, by=ana_)
    assert queries.visible(ana_, "account") == ()
    assert [each.name for each in queries.visible(ana_, "person")] == ["People"]

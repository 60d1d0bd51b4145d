import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from tenure.base import clock
from tenure.base.refusals import Conflict, NotFound, Problem
from tenure.definitions import actions, contracts, queries, rules
from tenure.definitions.contracts import Change, Kind, WrongDocument
from tenure.definitions.models import Definition, DefinitionVersion
from tenure.definitions.tests import recipes
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.tenants.queries import members_by_id


class Recipe(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str
    minutes: int = 10
    steps: list[str] = []


def _no_lies(key: str, body: BaseModel) -> Sequence[Problem]:
    assert isinstance(body, Recipe)
    return [Problem("nothing takes no time", "minutes")] if body.minutes == 0 else []


@pytest.fixture(autouse=True)
def recipe() -> Iterator[None]:
    contracts.register(Kind("recipe", Recipe, _no_lies))
    yield
    contracts._kinds.pop("recipe")


def publish(title: str, **more: object) -> int:
    made = actions.publish_body(kind="recipe", key="soup", body={"title": title, **more}, by=None)
    assert made is not None
    return made.version


def test_a_draft_is_not_in_force_until_it_is_published(workspace: Workspace) -> None:
    draft = actions.save_draft(kind="recipe", key="soup", body={"title": "Soup"}, by=None)
    assert (draft.version, draft.state, queries.published("recipe")) == (1, "draft", [])
    actions.publish(kind="recipe", key="soup", by=None)
    assert [(p.key, p.version, p.body) for p in queries.published("recipe")] == [("soup", 1, Recipe(title="Soup"))]


def test_a_second_draft_replaces_the_first(workspace: Workspace) -> None:
    for title in ("Soup", "Stew"):
        actions.save_draft(kind="recipe", key="soup", body={"title": title}, by=None)
    assert [(d.version, d.body) for d in queries.drafts("recipe")] == [(1, {"title": "Stew"})]


def test_the_same_body_again_is_no_new_version(workspace: Workspace) -> None:
    assert publish("Soup", minutes=10) == 1
    assert actions.publish_body(kind="recipe", key="soup", body={"title": "Soup"}, by=None) is None
    assert publish("Stew") == 2
    assert [v.state for v in queries.versions("recipe", "soup")] == ["published", "archived"]


def test_rolling_back_publishes_the_old_body_as_a_new_version(workspace: Workspace) -> None:
    publish("Soup")
    publish("Stew")
    assert actions.roll_back(kind="recipe", key="soup", to_version=1, by=None).version == 3
    found = queries.published_one("recipe", "soup")
    assert found is not None
    assert (found.version, found.body) == (3, Recipe(title="Soup"))
    with pytest.raises(NotFound):
        actions.roll_back(kind="recipe", key="soup", to_version=9, by=None)


def test_a_draft_based_on_an_older_version_is_refused(workspace: Workspace) -> None:
    publish("Soup")
    publish("Stew")
    with pytest.raises(Conflict, match="version 2 meanwhile"):
        actions.save_draft(kind="recipe", key="soup", body={"title": "Mine"}, by=None, based_on=1)
    assert queries.drafts("recipe") == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, Problem("is missing", "title")),
        ({"title": "Soup", "minuts": 5}, Problem("'minuts' is not known here; did you mean 'minutes'?", "minuts")),
        ({"title": "Soup", "minutes": 0}, Problem("nothing takes no time", "minutes")),
    ],
)
def test_a_wrong_document_is_refused_with_what_is_expected(
    workspace: Workspace, body: dict[str, object], problem: Problem
) -> None:
    with pytest.raises(WrongDocument) as refused:
        actions.save_draft(kind="recipe", key="soup", body=body, by=None)
    assert refused.value.problems == (problem,)
    assert queries.drafts("recipe") == []


def test_a_difference_names_paths(workspace: Workspace) -> None:
    publish("Soup", steps=["chop", "boil"])
    publish("Soup", steps=["chop", "simmer", "serve"], minutes=40)
    assert queries.diff("recipe", "soup", 1, 2) == [
        Change("steps.1", "boil", "simmer"),
        Change("steps.2", None, "serve"),
        Change("minutes", None, 40),
    ]


def test_an_archived_document_is_out_of_force_and_keeps_its_versions(workspace: Workspace) -> None:
    publish("Soup")
    actions.archive(kind="recipe", key="soup", by=None)
    actions.archive(kind="recipe", key="soup", by=None)
    assert queries.published("recipe") == []
    assert [v.version for v in queries.versions("recipe", "soup")] == [1]
    assert [e.action for e in AuditEntry.objects.order_by("id")] == ["definition.published", "definition.archived"]


def test_a_workspace_has_words_before_it_chooses(workspace: Workspace) -> None:
    assert queries.labels().customer == "customer"
    actions.publish_body(kind="labels", key="words", body={"customer": "member", "customers": "members"}, by=None)
    assert (queries.labels().customers, queries.labels().csm) == ("members", "CSM")


def test_another_workspace_has_documents_of_its_own(workspace: Workspace, globex: Workspace) -> None:
    from tenure.base import tenancy

    publish("Soup")
    with tenancy.workspace(globex.pk):
        assert queries.published("recipe") == []
        with pytest.raises(NotFound):
            queries.versions("recipe", "soup")


def test_a_draft_that_somebody_else_saved_meanwhile_is_refused(workspace: Workspace, ana: Member) -> None:
    first = actions.save_draft(kind="recipe", key="soup", body={"title": "Soup"}, by=None, revision=0)
    by = members_by_id([ana.pk])[ana.pk]
    second = actions.save_draft(kind="recipe", key="soup", body={"title": "Stew"}, by=by, revision=first.revision)
    assert (first.revision, second.revision) == (1, 2)
    with pytest.raises(Conflict, match="Ana changed the draft of the recipe 'soup' meanwhile"):
        actions.save_draft(kind="recipe", key="soup", body={"title": "Mine"}, by=None, revision=first.revision)
    with pytest.raises(Conflict, match="Ana changed the draft"):
        actions.publish(kind="recipe", key="soup", by=None, revision=first.revision)
    assert [d.body for d in queries.drafts("recipe")] == [{"title": "Stew"}]
    assert actions.publish(kind="recipe", key="soup", by=by, revision=2).version == 1


def test_a_draft_is_not_published_over_a_version_its_author_has_not_seen(workspace: Workspace) -> None:
    publish("Soup")
    actions.save_draft(kind="recipe", key="soup", body={"title": "Draft"}, by=None)
    publish("Stew")
    with pytest.raises(Conflict, match="Version 2 of the recipe 'soup' was published after this draft was written"):
        actions.publish(kind="recipe", key="soup", by=None)
    actions.save_draft(kind="recipe", key="soup", body={"title": "Draft"}, by=None, based_on=2)
    assert actions.publish(kind="recipe", key="soup", by=None).version == 3


def test_the_version_in_force_at_a_moment(workspace: Workspace) -> None:
    days = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in (1, 2, 3, 4)]
    for day, title in zip(days[:2], ("Soup", "Stew"), strict=True):
        with clock.frozen(day):
            publish(title)
    with clock.frozen(days[2]):
        actions.archive(kind="recipe", key="soup", by=None)
    with clock.frozen(days[3]):
        actions.roll_back(kind="recipe", key="soup", to_version=1, by=None)
    second = timedelta(seconds=1)
    moments = [days[0] - second, days[0], days[1] - second, days[1], days[2] - second, days[2], days[3]]
    found = [queries.published_as_of("recipe", "soup", at) for at in moments]
    assert [each.version if each else None for each in found] == [None, 1, 1, 2, 2, None, 3]


def test_rolling_back_to_what_is_in_force_is_refused(workspace: Workspace) -> None:
    publish("Soup")
    with pytest.raises(Conflict, match="says what version 1 said already"):
        actions.roll_back(kind="recipe", key="soup", to_version=1, by=None)


def test_the_database_refuses_to_change_a_published_version(workspace: Workspace) -> None:
    publish("Soup")
    for change in ({"body": {"title": "Forged"}}, {"version": 9}, {"author": "Somebody"}, {"published_at": None}):
        with pytest.raises(DatabaseError, match="a published version is never changed"), transaction.atomic():
            DefinitionVersion.objects.update(**change)
    assert [(v.version, v.body) for v in queries.versions("recipe", "soup")] == [(1, {"title": "Soup"})]


@pytest.mark.parametrize("key", ["", "Soup", "../soup", "a/b", "a.b", "-a", "ä", "a" * 81])
def test_a_key_is_a_file_name(workspace: Workspace, key: str) -> None:
    with pytest.raises(WrongDocument):
        actions.save_draft(kind="recipe", key=key, body={"title": "Soup"}, by=None)
    assert Definition.objects.count() == 0


def test_what_another_document_speaks_of_is_not_archived(workspace: Workspace) -> None:
    with recipes.registered():
        actions.publish_body(kind="recipe", key="soup", body={"title": "Soup"}, by=None)
        actions.publish_body(kind="menu", key="monday", body={"dishes": ["soup"]}, by=None)
        with pytest.raises(Conflict, match="The recipe 'soup' is still used by the menu 'monday'"):
            actions.archive(kind="recipe", key="soup", by=None)
        assert [each.key for each in queries.published("recipe")] == ["soup"]
        actions.archive(kind="menu", key="monday", by=None)
        actions.archive(kind="recipe", key="soup", by=None)
        assert queries.published("recipe") == []


def test_a_document_an_older_tenure_wrote_breaks_only_its_own_kind(workspace: Workspace) -> None:
    publish("Soup")
    Definition.objects.get().versions(manager="objects").filter(version=1).delete()
    row = Definition.objects.get()
    now = clock.now()
    DefinitionVersion(
        definition=row, version=1, body={"name": "old"}, author="", created_at=now, changed_at=now, published_at=now
    ).save()
    assert queries.labels().customer == "customer"
    with pytest.raises(WrongDocument, match="Version 1 of the recipe 'soup' was written for an older Tenure"):
        queries.published("recipe")


def test_items_of_a_list_are_compared_by_what_identifies_them(workspace: Workspace) -> None:
    def dishes(**weights: int) -> dict[str, object]:
        return {"dishes": [{"key": key, "weight": weight} for key, weight in weights.items()]}

    assert rules.difference(dishes(a=1, b=2), dishes(c=5, a=1, b=3)) == [
        Change("dishes.b.weight", 2, 3),
        Change("dishes.c", None, {"key": "c", "weight": 5}),
    ]
    assert rules.difference(dishes(a=1, b=2), dishes(b=2, a=1)) == [Change("dishes", ["a", "b"], ["b", "a"])]
    assert rules.difference({"a": 1}, {"a": True}) == [Change("a", 1, True)]
    assert rules.difference({"a": [{"key": "x"}, {"key": "x"}]}, {"a": [{"key": "x"}]}) == [
        Change("a.1", {"key": "x"}, None)
    ]


def _bodies_of(depth: int) -> st.SearchStrategy[object]:
    scalars = st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(["a", "b"]))
    if depth == 0:
        return scalars
    inner = _bodies_of(depth - 1)
    return st.one_of(
        scalars, st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["key", "x", "y"]), inner, max_size=3)
    )


@given(_bodies_of(3), _bodies_of(3))
def test_there_is_a_difference_exactly_where_bodies_differ(before: object, after: object) -> None:
    def in_order(body: object) -> str:
        return json.dumps(body, sort_keys=True)

    assert bool(rules.difference(before, after)) == (in_order(before) != in_order(after))
    assert rules.difference(before, before) == []

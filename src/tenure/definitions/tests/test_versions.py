from collections.abc import Iterator, Sequence

import pytest
from pydantic import BaseModel, ConfigDict

from tenure.base.refusals import Conflict, NotFound, Problem
from tenure.definitions import actions, contracts, queries
from tenure.definitions.contracts import Change, Kind, WrongDocument
from tenure.tenants.models import AuditEntry, Workspace


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

"""Which layout holds, what it shows, and that nobody's change to one is lost."""

import pytest
from pydantic import ValidationError

from tenure.base import tenancy
from tenure.base.refusals import Conflict
from tenure.definitions.actions import publish_body
from tenure.definitions.contracts import WrongDocument
from tenure.tenants.models import Member, Workspace
from tenure.tenants.permissions import Role
from tenure.tenants.queries import members_by_id
from tenure.views import actions, queries
from tenure.views.layout import SECTIONS, TABS, Layout, arranged, chosen

ENTERPRISE = Layout(name="Enterprise", segment="enterprise", order=20)
SMALL = Layout(name="Small", segment="small", order=10)
SUPPORT = Layout(name="Support", role=Role.SUPPORT, order=1)
BOTH = Layout(name="Support of the small", segment="small", role=Role.SUPPORT, order=5)
ALL = (SUPPORT, ENTERPRISE, SMALL, BOTH)


@pytest.mark.parametrize(
    ("role", "inside", "found"),
    [
        (Role.CSM, set(), None),
        (Role.SUPPORT, set(), SUPPORT),
        (Role.SUPPORT, {"enterprise"}, ENTERPRISE),
        (Role.CSM, {"enterprise", "small"}, SMALL),
        (Role.SUPPORT, {"enterprise", "small"}, BOTH),
    ],
)
def test_the_first_that_fits_holds_and_segments_come_before_roles(
    role: Role, inside: set[str], found: Layout | None
) -> None:
    assert chosen(ALL, role=role, inside=inside) == found


def test_what_has_no_place_stands_at_the_end_and_what_is_hidden_nowhere() -> None:
    layout = Layout(name="x", role=Role.CSM, tabs=("money", "overview"), hidden_tabs=("facts", "usage"))
    assert layout.shown_tabs == ("money", "overview", "timeline", "tasks", "people", "support", "files", "segments")
    assert layout.shown_sections == SECTIONS
    assert arranged(("b", "b", "a"), {"a"}, "abc") == ("b", "c")


def test_a_layout_is_for_somebody_and_never_hides_the_overview() -> None:
    for wrong in ({}, {"role": "csm", "hidden_tabs": ["overview"]}, {"role": "csm", "tabs": ["nonsense"]}):
        with pytest.raises(ValidationError):
            Layout.model_validate({"name": "x", **wrong})
    assert Layout(name="x", role=Role.CSM).shown_tabs == TABS


@pytest.mark.django_db
def test_two_who_change_a_layout_lose_nothing(acme: Workspace, ana: Member) -> None:
    with tenancy.workspace(acme.pk):
        by = members_by_id([ana.pk])[ana.pk]
        body = {"name": "Support", "role": "support"}
        actions.keep_layout(key="support", body=body, based_on=0, by=by)
        actions.keep_layout(key="support", body={**body, "name": "Theirs"}, based_on=1, by=by)
        with pytest.raises(Conflict):
            actions.keep_layout(key="support", body={**body, "name": "Mine"}, based_on=1, by=by)
        assert {key: (version, layout.name) for key, (version, layout) in queries.layouts().items()} == {
            "support": (2, "Theirs")
        }


@pytest.mark.django_db
def test_a_layout_names_a_segment_of_accounts_that_there_is(acme: Workspace, ana: Member) -> None:
    with tenancy.workspace(acme.pk):
        by = members_by_id([ana.pk])[ana.pk]
        half = {"name": "Half", "bucket": {"share": 0.5, "salt": "x"}}
        publish_body(kind="segment", key="half", body=half, by=by)
        publish_body(kind="segment", key="of_people", body={**half, "entity": "person"}, by=by)
        for segment in ("nowhere", "of_people"):
            with pytest.raises(WrongDocument):
                actions.keep_layout(key="x", body={"name": "x", "segment": segment}, based_on=0, by=by)
        actions.keep_layout(key="x", body={"name": "x", "segment": "half"}, based_on=0, by=by)
        assert queries.layout_for(by, lambda: {"half"}) == Layout(name="x", segment="half")
        assert queries.layout_for(by, lambda: set()) is None

"""The scorecard studio: what each role may do there, and where a page tells what is wrong."""

import re
from typing import Protocol

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenure.base import tenancy
from tenure.definitions.queries import versions
from tenure.health import studio
from tenure.health.scorecard import LinearCurve
from tenure.health.tests.company import computed
from tenure.screens.workspace.scorecard import history
from tenure.tenants.models import Member, Workspace

pytestmark = pytest.mark.django_db

EDIT = "/w/acme/scorecard/edit/"
PAGES = ("scorecard/edit/", "scorecard/edit/default/active_days_28d/", "scorecard/what-if/", "scorecard/versions/")
WRITES = (
    "scorecard/edit/", "scorecard/edit/measures/", "scorecard/edit/default/active_days_28d/", "scorecard/what-if/",
    "scorecard/publications/", "scorecard/discards/", "scorecard/rollbacks/",
)  # fmt: skip
SEEN = {"revision": "0", "based_on": "1"}


class _Answer(Protocol):
    @property
    def content(self) -> bytes: ...


def _main(response: _Answer) -> str:
    """What a page says inside its frame."""
    return response.content.decode().split('<main class="main')[1].split("</main>")[0]


@pytest.fixture
def scored(acme: Workspace) -> None:
    """A company with a scorecard."""
    with tenancy.workspace(acme.pk):
        computed(acme)


def _draft(acme: Workspace) -> studio.Draft:
    with tenancy.workspace(acme.pk):
        return studio.working()


@pytest.mark.parametrize("path", PAGES)
def test_a_viewer_reads_all_and_finds_nothing_to_press(
    scored: None, acme: Workspace, ana_client: Client, ben_client: Client, path: str
) -> None:
    ana_client.post(EDIT, {**SEEN, "dimensions.0.weight": "9"})
    answer = ben_client.get(f"/w/acme/{path}")
    page = _main(answer)
    assert answer.status_code == 200
    assert "<button" not in page
    assert 'method="post" action="/w/acme/scorecard/' not in page.replace(EDIT, "")
    if "edit" in path:
        assert '<fieldset class="plain" disabled>' in page
        assert 'tabindex="0" aria-label="Point' not in page


@pytest.mark.parametrize("path", WRITES)
def test_a_viewer_changes_nothing(scored: None, acme: Workspace, ben_client: Client, path: str) -> None:
    before = _draft(acme)
    given = {**SEEN, "dimensions.0.weight": "9", "note": "x", "version": "1", "measure": "seats", "into": "dimensions"}
    assert ben_client.post(f"/w/acme/{path}", given).status_code == 403
    assert _draft(acme) == before


def test_a_wrong_field_tells_so_beside_it_and_keeps_what_was_typed(
    scored: None, acme: Workspace, ana_client: Client
) -> None:
    given = {**SEEN, "dimensions.0.weight": "lots", "exceptions.0.label": "Late", "exceptions.0.when": "nothing > 1"}
    answer = ana_client.post(EDIT, {**given, "exceptions.0.cap": "30"})
    page = _main(answer)
    assert answer.status_code == 422
    assert re.search(r'name="dimensions.0.weight"[^>]*value="lots"[^>]*aria-invalid="true"', page)
    assert 'id="dimensions.0.weight-error"' in page
    assert _draft(acme).revision == 0
    answer = ana_client.post(EDIT, {**given, "dimensions.0.weight": "2", "exceptions.0.cap": "30"})
    assert answer.status_code == 422
    assert 'id="exceptions.0.when-error"' in _main(answer)


def test_what_cannot_be_saved_keeps_its_places(scored: None, acme: Workspace, ana_client: Client) -> None:
    first, second = (m.key for m in _draft(acme).card.dimensions[0].measures[:2])
    wrong = {**SEEN, "dimensions.0.measures.1.weight": "lots", "command": "remove dimensions.0.measures.0"}
    page = _main(ana_client.post(EDIT, wrong))
    # Nothing is removed as long as something else is wrong, so that its weight stays its own.
    assert page.index(f"/default/{first}/") < page.index(f"/default/{second}/")
    assert re.search(r'name="dimensions.0.measures.1.weight"[^>]*value="lots"', page)
    assert _draft(acme).revision == 0


def test_a_profile_is_added_with_its_condition_or_not_at_all(scored: None, acme: Workspace, ana_client: Client) -> None:
    given = {**SEEN, "command": "profile", "new-profile": "Large: ones", "new-applies-to": "nothing_like_it > 1"}
    answer = ana_client.post(EDIT, given)
    assert answer.status_code == 422
    page = _main(answer)
    assert "nothing_like_it" in page
    assert 'value="Large: ones"' in page
    assert ana_client.post(EDIT, {**given, "new-applies-to": ""}).status_code == 422
    assert ana_client.post(EDIT, {**given, "new-applies-to": "external_id = 'A-1'"}).status_code == 302
    [made] = _draft(acme).card.profiles
    assert (made.key, made.label, made.applies_to) == ("large_ones", "Large ones", "external_id = 'A-1'")
    assert "1 customer, 8 %" in _main(ana_client.get(EDIT))
    assert "taken before: 1 by Large" in _main(ana_client.get(EDIT))


def test_a_field_that_is_no_place_of_the_card_is_refused(scored: None, acme: Workspace, ana_client: Client) -> None:
    assert ana_client.post(EDIT, {**SEEN, "dimensions.40.weight": "1"}).status_code == 422
    assert ana_client.post(EDIT, {"dimensions.0.weight": "1"}).status_code == 422
    assert ana_client.post(EDIT, {**SEEN, "command": "remove dimensions.40"}).status_code == 422
    assert _draft(acme).revision == 0


def test_who_saves_what_another_changed_meanwhile_is_told(scored: None, acme: Workspace, ana_client: Client) -> None:
    assert ana_client.post(EDIT, {**SEEN, "dimensions.0.weight": "9"}).status_code == 302
    answer = ana_client.post(EDIT, {**SEEN, "dimensions.0.weight": "8"})
    assert answer.status_code == 409
    assert "changed the draft" in _main(answer)
    assert _draft(acme).card.dimensions[0].weight == 9


def test_a_measure_is_added_with_a_curve_of_its_own(scored: None, acme: Workspace, ana_client: Client) -> None:
    taken = {m.key for _, m in _draft(acme).card.in_order()[0].measures()}
    name = next(key for key in ("events_84d", "active_days_84d", "people_active_28d") if key not in taken)
    given = {**SEEN, "dimensions.0.weight": "7", "measure": name, "of": "value", "into": "dimensions"}
    answer = ana_client.post(f"{EDIT}measures/", given)
    assert answer["Location"] == f"{EDIT}default/{name}/"
    made = _draft(acme).card
    assert (made.dimensions[0].weight, made.dimensions[-1].measures[0].key) == (7, name)
    assert 'role="slider"' in _main(ana_client.get(answer["Location"]))
    again = ana_client.post(f"{EDIT}measures/", {**given, "revision": "1"}, follow=True)
    assert "expected each key once" in again.content.decode()
    assert _draft(acme).card == made


def test_the_pulse_is_weighed_by_its_six_levels(scored: None, acme: Workspace, ana_client: Client) -> None:
    """Nobody has given one yet: its curve is not drawn over values."""
    answer = ana_client.post(f"{EDIT}measures/", {**SEEN, "measure": "pulse", "of": "value", "into": "dimensions"})
    assert answer["Location"] == f"{EDIT}default/pulse/"
    added = _draft(acme).card.dimensions[-1].measures[0]
    assert isinstance(added.curve, LinearCurve)
    assert [(knot.at, knot.points) for knot in added.curve.knots] == [(1, 0), (6, 100)]
    assert (added.missing, ana_client.get(answer["Location"]).status_code) == ("ignore", 200)


def test_a_draft_is_published_with_a_note_and_rolled_back_in_one_step(
    scored: None, acme: Workspace, ana: Member, ana_client: Client
) -> None:
    ana_client.post(EDIT, {**SEEN, "dimensions.0.weight": "9"})
    given = {"revision": "1", "based_on": "1"}
    answer = ana_client.post("/w/acme/scorecard/publications/", {**given, "note": " "})
    assert answer.status_code == 422
    assert 'id="field-note-error"' in _main(answer)
    assert ana_client.post("/w/acme/scorecard/publications/", {**given, "note": "Use counts"}).status_code == 302
    page = _main(ana_client.get("/w/acme/scorecard/versions/"))
    assert "Use counts" in page
    assert "Roll back to version 1" in page
    assert "Roll back to version 2" not in page
    assert ana_client.post("/w/acme/scorecard/rollbacks/", {"version": "1"}).status_code == 302
    with tenancy.workspace(acme.pk):
        found = [(each.version, each.state, each.note) for each in versions("scorecard", "health")]
    assert found[0] == (3, "published", "Back to version 1")
    assert ana_client.post("/w/acme/scorecard/rollbacks/", {"version": "99"}).status_code == 404
    assert ana_client.post("/w/acme/scorecard/rollbacks/", {"version": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("dimensions.usage.weight", "usage · weight"),
        ("dimensions.usage.measures.logins_28d.curve.knots.1.points", "usage · logins 28d · curve · point 2 · points"),
        ("profiles.large", "profile large"),
        ("bands.healthy.from", "band healthy · begins at"),
        ("exceptions.late.when", "exception late · when"),
        ("dimensions", "dimensions"),
        ("coverage_floor", "coverage floor"),
    ],
)
def test_a_change_is_told_by_the_names_of_its_place(path: str, told: str) -> None:
    assert history.place(path) == told


def test_without_a_draft_there_is_nothing_to_compare_or_to_publish(
    scored: None, acme: Workspace, ana_client: Client
) -> None:
    assert "Nothing to compare" in _main(ana_client.get("/w/acme/scorecard/what-if/"))
    given = {"revision": "0", "based_on": "1", "note": "x"}
    assert ana_client.post("/w/acme/scorecard/publications/", given).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_the_database_little(scored: None, acme: Workspace, ana_client: Client, path: str) -> None:
    ana_client.post(EDIT, {**SEEN, "dimensions.0.weight": "9"})
    ana_client.get(f"/w/acme/{path}")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert ana_client.get(f"/w/acme/{path}").status_code == 200
    assert len(asked) <= 7

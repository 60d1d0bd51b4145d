"""The draft of a scorecard: saved, looked at, published, rolled back; and its what-if as a job."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tenure.base import jobs, tenancy
from tenure.base.refusals import Conflict, Forbidden, Invalid, NotFound
from tenure.definitions.contracts import WrongDocument
from tenure.definitions.queries import version_body, versions
from tenure.health import studio
from tenure.health.scorecard import Scorecard
from tenure.health.studio import Draft
from tenure.health.tests.company import computed
from tenure.tenants import queries as tenants
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member, Workspace

pytestmark = pytest.mark.django_db

WEIGHT = [("dimensions.0.measures.0.weight", "9")]


@pytest.fixture
def by(workspace: Workspace, ana: Member, settings: Any, tmp_path: Path) -> MemberView:
    """Ana, in a company that has a scorecard, with a home folder of its own."""
    settings.TENURE_HOME = str(tmp_path)
    computed(workspace)
    return tenants.members_by_id([ana.pk])[ana.pk]


def saved(by: MemberView, fields: list[tuple[str, str]] = WEIGHT) -> Draft:
    before = studio.working()
    body = studio.edited(before.body, fields)
    studio.save(body=body, based_on=before.version, revision=before.revision, by=by)
    return studio.working()


def first_weight(card: Scorecard) -> float:
    return card.dimensions[0].measures[0].weight


def test_a_draft_changes_nothing_until_it_is_published(by: MemberView) -> None:
    before = studio.working()
    draft = saved(by)
    assert (draft.version, draft.revision, first_weight(draft.card)) == (before.version, 1, 9.0)
    assert first_weight(draft.published) == first_weight(before.published) != 9.0
    key = before.card.dimensions[0].measures[0].key
    [change] = draft.changes
    assert (change.path, change.after) == (f"dimensions.{before.card.dimensions[0].key}.measures.{key}.weight", 9.0)
    entry = AuditEntry.objects.get(action="scorecard.draft_saved")
    assert entry.after == {change.path: 9.0}

    made = studio.publish(note=" Use counts more. ", based_on=draft.version, revision=draft.revision, by=by)
    now = studio.working()
    assert (made.version, made.note) == (before.version + 1, "Use counts more.")
    assert (now.version, now.revision, now.changes) == (made.version, 0, ())
    assert first_weight(now.published) == 9.0


def test_the_same_again_makes_no_draft(by: MemberView) -> None:
    before = studio.working()
    weight = f"{first_weight(before.published):g}"
    same = studio.edited(before.body, [("dimensions.0.measures.0.weight", weight), ("roll_up", "own")])
    assert studio.save(body=same, based_on=before.version, revision=0, by=by) is None
    assert studio.working().revision == 0


def test_a_wrong_field_is_refused_with_its_path_and_nothing_is_kept(by: MemberView) -> None:
    with pytest.raises(WrongDocument) as refused:
        saved(by, [("dimensions.0.weight", "-1"), ("exceptions.9.when", "")][:1])
    assert [problem.where for problem in refused.value.problems] == ["dimensions.0.weight"]
    assert studio.working().revision == 0


def test_nobody_loses_a_change_to_somebody_else(by: MemberView) -> None:
    first = saved(by)
    with pytest.raises(Conflict, match="changed the draft"):
        studio.save(
            body=studio.edited(first.body, [("name", "Ours")]), based_on=first.version, revision=0, by=by
        )  # fmt: skip
    with pytest.raises(Conflict):
        studio.publish(note="x", based_on=first.version, revision=7, by=by)
    with pytest.raises(Conflict, match="was published"):
        studio.publish(note="x", based_on=first.version + 1, revision=1, by=by)
    assert (studio.working().revision, studio.working().version) == (1, first.version)


def test_publishing_needs_a_note_a_draft_and_a_difference(by: MemberView) -> None:
    version = studio.working().version
    with pytest.raises(NotFound, match="no draft"):
        studio.publish(note="x", based_on=version, revision=0, by=by)
    draft = saved(by)
    with pytest.raises(Invalid) as refused:
        studio.publish(note="  ", based_on=draft.version, revision=draft.revision, by=by)
    assert [problem.where for problem in refused.value.problems] == ["note"]
    assert studio.working().version == version


def test_one_step_brings_an_older_version_back_and_keeps_the_draft(by: MemberView) -> None:
    before = studio.working()
    draft = saved(by)
    studio.publish(note="More use", based_on=draft.version, revision=draft.revision, by=by)
    saved(by, [("name", "A draft")])
    made = studio.roll_back(to_version=before.version, by=by)
    now = studio.working()
    assert (now.version, now.published) == (made.version, before.published)
    assert (now.revision, now.card.name) == (1, "A draft")
    assert version_body("scorecard", now.key, before.version + 1) != before.published
    assert [each.state for each in versions("scorecard", now.key)].count("published") == 1
    # What the draft was written on is no longer in force: it has to be looked at and saved again.
    with pytest.raises(Conflict):
        studio.publish(note="x", based_on=before.version + 1, revision=1, by=by)


def test_a_viewer_changes_nothing(by: MemberView, ben: Member) -> None:
    viewer = tenants.members_by_id([ben.pk])[ben.pk]
    draft = saved(by)
    refusals: list[Callable[[], object]] = [
        lambda: studio.save(body=draft.body, based_on=draft.version, revision=1, by=viewer),
        lambda: studio.publish(note="x", based_on=draft.version, revision=1, by=viewer),
        lambda: studio.discard(by=viewer),
        lambda: studio.roll_back(to_version=1, by=viewer),
        lambda: studio.start(draft, by=viewer),
    ]
    for refused in refusals:
        with pytest.raises(Forbidden):
            refused()
    assert studio.working() == draft
    assert studio.progress(draft).status == "none"


def test_the_what_if_is_computed_once_kept_and_gone_with_the_draft(workspace: Workspace, by: MemberView) -> None:
    draft = saved(by, [("bands.0.key", "healthy"), ("bands.0.from", "99"), ("bands.0.label", "Healthy"),
                       ("bands.0.colour", "green"), *_others(studio.working())])  # fmt: skip
    assert studio.progress(draft).status == "none"
    studio.start(draft, by=by)
    studio.start(draft, by=by)
    assert studio.progress(draft).status == "waiting"
    with tenancy.no_workspace():
        assert jobs.work_off() == 1
    found = studio.progress(draft)
    assert (found.status, found.problem, found.done) == ("done", "", 3)
    today = found.found.today
    assert today is not None
    assert sum(count for _, _, count in today.matrix) == today.accounts == 12
    assert sum(count for one, other, count in today.matrix if one != other) == today.moved > 0
    assert {each.name for each in today.listed} <= {f"Account {n}" for n in range(1, 13)}
    entries = found.found.entries
    assert entries is not None
    assert len(entries.weeks) == len(entries.published) == len(entries.draft) == 12
    # Only where the best band begins was changed: the worst one is the same.
    assert entries.published == entries.draft
    course = found.found.course
    assert course is not None
    assert course.problem or (course.published and course.draft and course.verdict)
    changed = saved(by, WEIGHT)
    assert studio.progress(changed).status == "none"


def _others(draft: Draft) -> list[tuple[str, str]]:
    told = []
    for n, band in enumerate(draft.card.bands[1:], start=1):
        said = {"key": band.key, "from": str(band.start), "label": band.label, "colour": band.colour}
        told += [(f"bands.{n}.{name}", value) for name, value in said.items()]
    return told


def test_a_job_that_died_says_so(by: MemberView, monkeypatch: pytest.MonkeyPatch) -> None:
    from tenure.health.studio import jobs as work

    def broken(*_: object) -> None:
        raise RuntimeError("no memory")

    draft = saved(by)
    studio.start(draft, by=by)
    monkeypatch.setattr(work, "_today", broken)
    with tenancy.no_workspace():
        jobs.work_off()
    found = studio.progress(draft)
    assert (found.status, found.problem) == ("failed", "It ended before it was done (RuntimeError). Start it again.")


def test_profiles_count_whom_they_apply_to_and_whom_they_take(by: MemberView) -> None:
    draft = saved(by, [])
    two = "external_id = 'A-1' or external_id = 'A-2'"
    one = f"{two} or external_id = 'A-3'"
    body = studio.edited(draft.body, [], f"profile Tier one: {one}")
    body = studio.edited(body, [], f"profile Tier two: {two}")
    studio.save(body=body, based_on=draft.version, revision=draft.revision, by=by)
    counts = [(c.key, c.matches, c.takes, dict(c.taken_by)) for c in studio.population(studio.working()).profiles]
    assert counts == [("tier_one", 3, 3, {}), ("tier_two", 2, 0, {"tier_one": 2}), ("default", 12, 9, {"tier_one": 3})]
    told = {(f.rule, f.profile) for f in studio.population(studio.working()).findings}
    assert ("unreachable", "tier_two") in told

"""Pulses: six levels with a note, until a day; a measure, a field of the language, judged by what came."""

from datetime import date, timedelta

import pytest

from tenure.base import clock, tenancy
from tenure.base.refusals import Forbidden, Invalid, NotFound
from tenure.customers import actions as customers
from tenure.definitions.actions import publish_body
from tenure.health import current, jobs, pulse, queries
from tenure.health.belief import setting
from tenure.health.models import Pulse
from tenure.health.pulse import reading
from tenure.health.tests.company import AS_OF, FIRST, arrive, cycle, founded, record
from tenure.measures.actions import publish_proposal
from tenure.measures.language import parse
from tenure.measures.queries import facts
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import AuditEntry, Member, Workspace
from tenure.tenants.queries import members_by_id

pytestmark = pytest.mark.django_db
GIVEN = AS_OF - timedelta(days=120)
LINE = {"kind": "linear", "knots": [{"at": 1, "points": 0}, {"at": 6, "points": 100}]}
TEN = {"kind": "bands", "steps": [{"from": 0, "points": 10}, {"from": 1000, "points": 100}]}
CARD = {
    "coverage_floor": 0.3,
    "dimensions": [
        {"key": "people", "weight": 3, "measures": [{"measure": "pulse", "curve": LINE}]},
        {"key": "use", "weight": 7, "measures": [{"measure": "active_days_28d", "curve": TEN}]},
    ],
}


def member(row: Member) -> MemberView:
    return members_by_id([row.pk])[row.pk]


def give(workspace: Workspace, account: int, level: int, by: MemberView, *, on: date, days: int = 90) -> int:
    """A pulse given on that day."""
    now = workspace.as_of
    workspace.as_of = on
    workspace.save()
    tenancy.forget()
    made = pulse.give(account=account, level=level, note="We met", until=on + timedelta(days=days), by=by)
    workspace.as_of = now
    workspace.save()
    tenancy.forget()
    return made


def scored_by_pulse(workspace: Workspace) -> None:
    """Measures are published, and a scorecard of the pulse and of use."""
    publish_proposal(as_of=AS_OF)
    publish_body(kind="scorecard", key="health", body=CARD, by=None)
    tenancy.forget()


def of(account: int, *days: date) -> list[tuple[float | None, float | None, date | None]]:
    found = facts(entity="account", as_of=days, only=["pulse", "days_since_pulse", "pulse_until"])
    rows = [row for row in found.to_pylist() if row["id"] == account]
    return [(row["pulse"], row["days_since_pulse"], row["pulse_until"]) for row in rows]


def test_on_each_day_the_last_pulse_given_by_then_speaks_until_it_expires(workspace: Workspace, ana: Member) -> None:
    ids = founded(workspace)
    give(workspace, ids["A-1"], 6, member(ana), on=GIVEN, days=10)
    give(workspace, ids["A-1"], 2, member(ana), on=GIVEN + timedelta(days=20), days=30)
    give(workspace, ids["A-2"], 5, member(ana), on=GIVEN)
    days = [GIVEN + timedelta(days=n) for n in (-1, 0, 10, 11, 19, 20, 50, 51)]
    first, second = GIVEN + timedelta(days=10), GIVEN + timedelta(days=50)
    assert of(ids["A-1"], *days) == [
        (None, None, None), (6, 0, first), (6, 10, first), (None, 11, first), (None, 19, first),
        (2, 0, second), (2, 30, second), (None, 31, second),
    ]  # fmt: skip
    told = facts(entity="account", as_of=days[3], ids=[ids["A-1"]], only=["pulse_level", "pulse_by", "pulse_note"])
    assert told.select(["pulse_level", "pulse_by", "pulse_note"]).to_pylist() == [
        {"pulse_level": 6, "pulse_by": "Ana", "pulse_note": "We met"}
    ]
    assert of(ids["A-2"], days[1]) == [(5, 0, GIVEN + timedelta(days=90))]
    assert of(ids["A-3"], days[1]) == [(None, None, None)]
    assert not set(facts(entity="person", as_of=AS_OF).column_names) & {"pulse", "days_since_pulse"}


def test_an_expired_pulse_silences_the_one_before_it(workspace: Workspace, ana: Member) -> None:
    account = founded(workspace)["A-1"]
    give(workspace, account, 6, member(ana), on=GIVEN, days=90)
    give(workspace, account, 1, member(ana), on=GIVEN, days=5)
    assert of(account, GIVEN, GIVEN + timedelta(days=6)) == [
        (1, 0, GIVEN + timedelta(days=5)), (None, 6, GIVEN + timedelta(days=5)),
    ]  # fmt: skip


def test_a_merged_account_has_the_last_word_on_all_it_stands_for(workspace: Workspace, ana: Member) -> None:
    ids, by = founded(workspace), member(ana)
    give(workspace, ids["A-1"], 6, by, on=GIVEN)
    give(workspace, ids["A-2"], 2, by, on=GIVEN + timedelta(days=5))
    workspace.as_of = GIVEN + timedelta(days=10)
    workspace.save()
    tenancy.forget()
    customers.merge_accounts(absorbed=ids["A-2"], into=ids["A-1"], by=by)
    tenancy.forget()
    days = (GIVEN + timedelta(days=9), GIVEN + timedelta(days=10))
    assert [found[:2] for found in of(ids["A-1"], *days)] == [(6, 9), (2, 5)]
    assert [found[:2] for found in of(ids["A-2"], *days)] == [(2, 4)]
    assert [each.level for each in pulse.pulses_of(ids["A-1"], days[1])] == [2, 6]
    assert [each.level for each in pulse.pulses_of(ids["A-1"], days[0])] == [6]


def test_a_scorecard_reads_it_and_weighs_anew_without_it(workspace: Workspace, ana: Member) -> None:
    ids = founded(workspace)
    scored_by_pulse(workspace)
    give(workspace, ids["A-1"], 6, member(ana), on=AS_OF)
    give(workspace, ids["A-4"], 6, member(ana), on=AS_OF - timedelta(days=91))
    cycle(workspace)
    spoken, expired = queries.explain(ids["A-1"]), queries.explain(ids["A-4"])
    # Use is worth 10 points: 0.3 × 100 + 0.7 × 10, and without a pulse the use alone.
    assert spoken.score == pytest.approx(37.0, abs=1e-9)
    assert expired.score == pytest.approx(10.0, abs=1e-9)
    read = {each.key: each for each in spoken.measures}["pulse"]
    assert (read.value, read.shown, read.weight, read.points) == (6, "6 of 6", 0.3, 100)
    silent = {each.key: each for each in expired.measures}["pulse"]
    assert (silent.value, silent.weight, silent.nominal) == (None, 0, 0.3)
    # On a day before it was given nothing is known of it, however often it is asked.
    before = queries.explain(ids["A-1"], AS_OF - timedelta(days=1))
    assert {each.key: each.value for each in before.measures}["pulse"] is None


def test_a_pulse_moves_the_score_of_its_account_alone(workspace: Workspace, ana: Member) -> None:
    ids = founded(workspace)
    scored_by_pulse(workspace)
    cycle(workspace)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        pulse.give(account=ids["A-1"], level=6, note="They renew early", by=member(ana))
        assert jobs.refresh(setting("acme"), AS_OF).rows == 1
    assert queries.explain(ids["A-1"]).score == pytest.approx(37.0, abs=1e-9)


def test_accounts_without_a_pulse_are_found(workspace: Workspace, ana: Member) -> None:
    ids, by = founded(workspace), member(ana)
    give(workspace, ids["A-1"], 4, by, on=AS_OF - timedelta(days=29))
    give(workspace, ids["A-2"], 4, by, on=AS_OF - timedelta(days=31))
    give(workspace, ids["A-3"], 2, by, on=AS_OF - timedelta(days=31), days=5)
    cycle(workspace)
    state = queries.state()

    def found(text: str) -> set[str]:
        kept = current.select_ids(state, where=parse(text, queries.catalogue()))
        return {name for name, account in ids.items() if account in set(kept)}

    assert found("days_since_pulse > 30") == {"A-2", "A-3"}
    assert found("pulse is unknown and days_since_pulse is not unknown") == {"A-3"}
    assert found("pulse = 4") == {"A-1", "A-2"}
    assert found("days_until(pulse_until) < 0") == {"A-3"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"level": 0}, "level"), ({"level": 7}, "level"), ({"note": " "}, "note"),
     ({"until": AS_OF - timedelta(days=1)}, "until"), ({"until": AS_OF + timedelta(days=367)}, "until")],
)  # fmt: skip
def test_a_pulse_without_level_note_or_end_is_refused(
    workspace: Workspace, ana: Member, wrong: dict[str, object], said: str
) -> None:
    account = founded(workspace)["A-1"]
    given = {"account": account, "level": 4, "note": "We met", "by": member(ana), **wrong}
    with pytest.raises(Invalid) as refused:
        pulse.give(**given)  # type: ignore[arg-type]
    assert [problem.where for problem in refused.value.problems] == [said]
    assert not Pulse.objects.exists()


def test_a_viewer_and_a_stranger_give_none(workspace: Workspace, ana: Member, ben: Member) -> None:
    account = founded(workspace)["A-1"]
    with pytest.raises(Forbidden):
        pulse.give(account=account, level=4, note="x", by=member(ben))
    with pytest.raises(NotFound):
        pulse.give(account=account + 99, level=4, note="x", by=member(ana))
    assert not Pulse.objects.exists()


def test_it_lasts_90_days_unless_said_and_is_audited(workspace: Workspace, ana: Member) -> None:
    account = founded(workspace)["A-1"]
    pulse.give(account=account, level=4, note=" We met ", by=member(ana))
    (given,) = pulse.pulses_of(account, AS_OF)
    assert (given.label, given.note, given.author) == ("Content", "We met", "Ana")
    assert (given.day, given.until) == (AS_OF, AS_OF + timedelta(days=90))
    assert [given.in_force(given.until), given.in_force(given.until + timedelta(days=1))] == [True, False]
    assert pulse.pulses_of(account, AS_OF - timedelta(days=1)) == ()
    entry = AuditEntry.objects.get(action="pulse.given")
    assert entry.after == {"level": 4, "note": "We met", "until": given.until.isoformat()}


def test_pulses_are_held_against_who_left(workspace: Workspace, ana: Member) -> None:
    ids, by = founded(workspace), member(ana)
    arrive(workspace.slug, [record(ids["A-11"], GIVEN + timedelta(days=50), "account_lost")])
    wishes = {"A-11": 2, "A-9": 3, "A-1": 4, "A-3": 6}
    for name, level in wishes.items():
        give(workspace, ids[name], level, by, on=GIVEN)
    give(workspace, ids["A-7"], 1, by, on=AS_OF - timedelta(days=10))
    found = pulse.pulses(AS_OF)
    assert {each.pulse.account: each.right for each in found.rows} == {
        ids["A-11"]: True, ids["A-9"]: False, ids["A-1"]: True, ids["A-3"]: True, ids["A-7"]: None,
    }  # fmt: skip
    assert [each.left_on for each in found.rows if each.pulse.account == ids["A-11"]] == [GIVEN + timedelta(days=50)]
    report = reading.report(AS_OF)
    told = report.all
    assert (told.feared.said, told.feared.left, told.at_ease.said, told.at_ease.left) == (2, 1, 2, 0)
    # Four words are too few for a share.
    assert (told.right, told.feared.share) == (None, None)
    assert [each.author for each in report.authors] == ["Ana"]


def test_pulses_come_in_pages_newest_first(workspace: Workspace, ana: Member) -> None:
    ids, by = founded(workspace), member(ana)
    made = [give(workspace, ids[name], 4, by, on=FIRST + timedelta(days=n)) for n, name in enumerate(["A-1"] * 5, 30)]
    page = pulse.pulses(AS_OF, limit=3)
    rest = pulse.pulses(AS_OF, limit=3, cursor=page.next)
    assert [each.pulse.id for each in (*page.rows, *rest.rows)] == made[::-1]
    assert (len(page.rows), rest.next) == (3, None)

"""A rule on the past: how many alerts a week, and how many would have been right; nothing that is not known yet."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest

from tenure.alerts import trials, trying
from tenure.alerts.tests.defining import TO_RISK
from tenure.base import tenancy
from tenure.base.refusals import Forbidden
from tenure.definitions.contracts import WrongDocument
from tenure.health.tests import company
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id

BODY = {
    "name": "Fading", "type": "risk", "reason": "Fading",
    "when": {"kind": "measure", "measure": "active_days_28d", "of": "change", "move": "falls_to", "value": -0.2},
}  # fmt: skip


@pytest.fixture
def by(acme: Workspace, ana: Member) -> Iterator[MemberView]:
    with tenancy.workspace(acme.pk):
        company.computed(acme)
        yield members_by_id([ana.pk])[ana.pk]


def test_moves_are_of_those_who_came_under_it_and_had_what_was_asked() -> None:
    holds = np.array([[1, 0, 0], [1, 1, 1], [0, 1, 1], [1, 1, 0]], dtype=bool)
    assert trying.moves(holds, None).tolist() == [[0, 1, 1], [0, 0, 0], [1, 0, 0]]
    had = np.array([[0, 1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]], dtype=bool)
    assert trying.moves(holds, had).tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_a_fall_and_a_growth_lie_within_twelve_mondays() -> None:
    band = np.full((15, 3), 2.0)
    band[13, 0], band[12, 1], band[:, 2] = 1, 1, np.nan
    assert trying.fell(band)[0].tolist() == [False, True, False]
    assert trying.fell(band)[14].tolist() == [False, False, False]
    mrr = np.full((3, 2), 100.0)
    mrr[2] = [104, 105]
    assert trying.grew(mrr)[0].tolist() == [False, True]


def test_the_small_company_fades_on_even_accounts_only_in_december(by: MemberView) -> None:
    found = trials.trial(trials.ask(key="", body=BODY, by=by))
    assert found.result is not None
    result = found.result
    weeks = [result.first + timedelta(weeks=n) for n in range(len(result.moves))]
    assert sum(result.moves) == result.per_csm_week * len(result.moves) > 0
    late = {day for day, count in zip(weeks, result.moves, strict=True) if count}
    assert max(late) <= company.AS_OF
    assert result.right is not None
    assert result.base is not None
    assert result.judged <= sum(result.moves)


def test_a_rule_of_a_kind_that_numbers_cannot_judge_says_only_how_many(by: MemberView) -> None:
    found = trials.trial(trials.ask(key="", body={**BODY, "type": "objective"}, by=by)).result
    assert found is not None
    assert (found.judged, found.right, found.base, found.asked) == (0, None, None, "")


def test_what_cannot_be_tried_says_why(by: MemberView, ben: Member) -> None:
    with pytest.raises(WrongDocument):
        trials.ask(key="", body={**BODY, "when": {"kind": "condition", "condition": "nonsense"}}, by=by)
    waits = trials.ask(key="", body={**BODY, "when": {"kind": "review"}}, by=by)
    assert "waits for something to happen" in trials.trial(waits).refused
    with pytest.raises(Forbidden):
        trials.ask(key="", body=BODY, by=members_by_id([ben.pk])[ben.pk])


def test_much_to_read_is_left_to_a_job(by: MemberView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "AT_ONCE", 0)
    number = trials.ask(key="", body={**BODY, "when": TO_RISK}, by=by)
    assert trials.trial(number).under_way
    trials.make(number)
    assert not trials.trial(number).under_way

"""The current state: swapped whole, renewed where it was touched, listed in pages that agree with single accounts."""

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.base import clock
from tenure.base.refusals import Invalid
from tenure.health import current, jobs, queries, scoring, state
from tenure.health.belief import setting
from tenure.health.contracts import FIELDS
from tenure.health.current.files import _folder
from tenure.health.tests import company
from tenure.health.tests.facts import AS_OF, CATALOGUE, facts
from tenure.health.tests.test_scoring import card
from tenure.measures.contracts import Catalogue
from tenure.measures.language import parse
from tenure.tenants.models import Workspace

ROWS = [
    {"logins": float(n % 11), "mrr": None if n % 4 == 0 else 100.0 * n, "plan": ("Pro", "Basic", None)[n % 3],
     "urgent": float(n % 2), "owner_id": float(n % 3), "owner": f"Owner {n % 3}", "name": f"Account {n:03d}"}
    for n in range(1, 60)
]  # fmt: skip


def made(rows: list[dict[str, object]] | None = None) -> current.State:
    """A state out of facts made by hand."""
    table = facts(ROWS if rows is None else rows)
    scores = scoring.score(table, card())
    nobody = state.past(table["id"].combine_chunks(), scores.select(["account", "day", "score"]).slice(0, 0), AS_OF)
    whole = state.build(facts=table, scores=scores, before=nobody, card=card(), names={})
    return current.State(whole, AS_OF, clock.now(), "health", 3, {"events": 1})


def everything(found: current.State, **how: object) -> list[int]:
    """All ids of a list, page by page."""
    ids: list[int] = []
    cursor = None
    while True:
        page = current.list_rows(found, cursor=cursor, limit=7, **how)  # type: ignore[arg-type]
        ids += [int(str(row["id"])) for row in page.rows]
        cursor = page.next
        if cursor is None:
            return ids


@pytest.mark.parametrize("sort", ["score", "mrr", "plan", "name", "owner_id", "renewal_on"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_hold_every_account_once_in_order_with_the_unknown_last(sort: str, *, descending: bool) -> None:
    rows = {row["id"]: row for row in made().table.to_pylist()}
    known = [i for i in rows if rows[i][sort] is not None]
    expected = sorted(known, key=lambda i: rows[i][sort], reverse=descending)
    if descending:  # ties by id, ascending, either way
        expected = sorted(sorted(known), key=lambda i: rows[i][sort], reverse=True)
    assert everything(made(), sort=sort, descending=descending) == [*expected, *(i for i in rows if i not in known)]


EXPRESSIONS = st.sampled_from(
    ["logins >= 5", "mrr < 2000", "plan = 'Pro'", "urgent > 0", "mrr is unknown", "score < 40", "band = 'healthy'"]
)


@given(st.lists(EXPRESSIONS, min_size=1, max_size=3), st.sampled_from([" and ", " or "]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_list_and_single_account_agree(parts: list[str], joint: str) -> None:
    catalogue = Catalogue("account", (*CATALOGUE.fields, *FIELDS))
    where = parse(joint.join(parts), catalogue)
    found = made()
    alone = [row["id"] for row in found.table.to_pylist() if where.holds(row)]
    assert sorted(everything(found, where=where)) == alone
    assert current.select_ids(found, where) == alone
    assert sum(current.count(found, where=where).values()) == len(alone)


def test_mine_is_filtered_by_owners_with_changes_laid_over() -> None:
    found = made()
    mine = everything(found, owners=[1])
    moved = {mine[0]: (2, "Owner 2"), 2: (1, "Owner 1"), 5: (None, None)}
    page = current.list_rows(found, owners=[1], overlay=moved, limit=100, columns=["owner"])
    expected = {*mine[1:], 2} if 2 not in mine else set(mine[1:])
    assert {row["id"] for row in page.rows} == expected
    assert {row["owner"] for row in page.rows} == {"Owner 1"}
    assert everything(found, owners=[]) == []


def test_search_finds_names_and_ids_whatever_their_case() -> None:
    found = made()
    assert everything(found, search="ACCOUNT 007") == [7]
    assert everything(found, search="a-59") == [59]
    assert everything(found, search="100%") == []


def test_a_list_cannot_be_sorted_by_what_has_no_order() -> None:
    with pytest.raises(Invalid, match="sparkline"):
        current.list_rows(made(), sort="sparkline")
    first = current.list_rows(made(), sort="score", limit=3)
    with pytest.raises(Invalid, match="another sort"):
        current.list_rows(made(), sort="mrr", cursor=first.next)


def test_a_swap_leaves_open_readers_their_state_and_keeps_one_before(workspace: Workspace) -> None:
    current.write("acme", made())
    old = current.latest("acme")
    assert old is not None
    for n in range(1, 4):
        current.write("acme", made([{"logins": float(n)}]))
    new = current.latest("acme")
    assert new is not None
    assert (old.table.num_rows, new.table.num_rows, new.table["logins"].to_pylist()) == (59, 1, [3.0])
    assert old.table["logins"].to_pylist() == [float(n % 11) for n in range(1, 60)]
    assert len(list(_folder("acme", "account").glob("state-*.arrow"))) == 2
    assert (new.as_of, new.scorecard, new.version, dict(new.seen)) == (AS_OF, "health", 3, {"events": 1})


def test_the_top_reason_is_the_one_the_waterfall_shows(workspace: Workspace) -> None:
    ids = company.computed(workspace)
    rows = {
        row["id"]: row for row in queries.state().table.select(["id", "top_reason", "top_reason_points"]).to_pylist()
    }
    for account in ids.values():
        first = queries.explain(account).reasons[0]
        assert rows[account]["top_reason"] == (first.text if first.shown < 0 else None)
        assert rows[account]["top_reason_points"] == -first.shown


def test_a_touched_account_alone_is_computed_again_with_the_same_end(workspace: Workspace) -> None:
    ids = company.computed(workspace)
    company.arrive("acme", [company.use(ids["A-3"], company.AS_OF - timedelta(days=n), count=9.0) for n in range(1, 9)])
    before = queries.state()
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        report = jobs.refresh(setting("acme"), company.AS_OF)
    after = queries.state()
    assert (report.rows, report.note) == (1, "touched accounts")
    changed = [
        new["id"]
        for old, new in zip(before.table.to_pylist(), after.table.to_pylist(), strict=True)
        if old["events_28d"] != new["events_28d"]
    ]
    assert changed == [ids["A-3"]]
    jobs.refresh(setting("acme"), company.AS_OF, full=True)
    assert _plain(queries.state().table) == _plain(after.table)


def _plain(table: pa.Table) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = table.to_pylist()
    return rows


def test_the_state_of_a_past_day_has_the_scores_written_then(workspace: Workspace) -> None:
    ids = company.computed(workspace)
    day = date(2024, 12, 1)
    then = queries.state_as_of(day)
    assert then.as_of == day
    rows = {row["id"]: row["score"] for row in then.table.select(["id", "score"]).to_pylist()}
    assert rows == {account: queries.explain(account, day).score for account in ids.values()}

"""What an engine remembers of files is bounded."""

import pytest

from tenure.events import actions
from tenure.events.adapters import duck
from tenure.events.lake import Lake
from tenure.events.relations import LakeRelation
from tenure.events.tests.rows import event, table


@pytest.fixture
def months(lake: Lake) -> LakeRelation:
    """A table of twelve files."""
    actions.append(
        lake, "events", table(*(event(f"{n}", day=f"2024-{n:02d}-01") for n in range(1, 13))), writer="t", run=1
    )
    return lake.relation("events")


def _count(engine: duck.Engine, relation: LakeRelation) -> int:
    rows: int = engine.query("select count(*) as n from t", relations={"t": relation}).column("n")[0].as_py()
    return rows


def test_files_that_are_read_again_are_remembered_where_that_is_asked_for(months: LakeRelation) -> None:
    remembering, forgetting = duck.Engine(footers_mb=64), duck.Engine()
    for engine in (remembering, forgetting):
        assert _count(engine, months) == 12
    assert remembering.footers_mb() > 10 * forgetting.footers_mb()


def test_an_engine_that_remembers_too_much_is_begun_anew(months: LakeRelation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duck, "_LOOKED_AT_EVERY", 24)
    monkeypatch.setattr(duck, "_OF_ANY_MB", 0.0)
    engine = duck.Engine(footers_mb=0.01)
    with engine.cursor({"t": months}) as under_way:
        assert _count(engine, months) == 12
        held = engine.footers_mb()
        assert held > 0.01
        assert _count(engine, months) == 12
        assert engine.footers_mb() < held
        assert under_way.execute("select count(*) from t").fetchone() == (12,)
    assert _count(engine, months) == 12

"""The one query and plain counting agree, on one day and on many, whatever arrives late or is taken back."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.measures.contracts import Entity
from tenure.measures.document import Measure
from tenure.measures.tests import counting
from tenure.measures.tests.worlds import START, Event, World, ask


def _measure(counts: Mapping[str, object], aggregate: str, window: int | None = None, **more: object) -> Measure:
    entities = ["account"] if aggregate in ("people", "lapsed_days") else ["account", "person"]
    return Measure.model_validate(
        {"label": aggregate, "entities": entities, "counts": counts, "aggregate": aggregate, "window": window, **more}
    )


USE = {"what": "usage", "but_not": ["c"]}
CORE = {"what": "features", "weights": {"a": 3, "b*": 1}}
MEASURES = {
    "count_2": _measure(USE, "count", 2),
    "count_5": _measure(USE, "count", 5),
    "minutes_2": _measure(USE, "minutes", 2),
    "errors_5": _measure(USE, "errors", 5),
    "sum_5": _measure({"what": "usage", "names": ["C"]}, "sum", 5),
    "average_5": _measure({"what": "usage", "names": ["c", "a"]}, "average", 5),
    "days_2": _measure(USE, "days", 2),
    "days_5": _measure({"what": "usage", "names": ["b"]}, "days", 5),
    "people_2": _measure(USE, "people", 2),
    "people_5": _measure(USE, "people", 5),
    "features_5": _measure(USE, "features", 5),
    "core_2": _measure(CORE, "features", 2),
    "utilisation_5": _measure(CORE, "utilisation", 5),
    "last_seen": _measure(USE, "days_since"),
    "tickets_2": _measure({"what": "tickets"}, "count", 2),
    "tickets_total": _measure({"what": "tickets"}, "count"),
    "tickets_open": _measure({"what": "tickets"}, "open"),
    "nps_5": _measure({"what": "surveys", "survey": "nps"}, "nps", 5),
    "csat_5": _measure({"what": "surveys", "survey": "csat"}, "share", 5),
    "csat_n_5": _measure({"what": "surveys", "survey": "csat"}, "count", 5),
    "lapsed": _measure({"what": "invoices"}, "lapsed_days"),
}

days = st.integers(0, 24).map(lambda n: START + timedelta(days=n))
late = st.sampled_from([0, 0, 0, 0, 1, 2, 6])
who = {"account": st.sampled_from([1, 2]), "person": st.sampled_from([0, 1, 2, 3])}
usage = st.builds(
    Event,
    day=days,
    late=late,
    name=st.sampled_from(["a", "b", "bb", "c"]),
    count=st.sampled_from([1.0, 2.0, 0.5]),
    seconds=st.sampled_from([None, 30.0, 90.0]),
    value=st.sampled_from([None, 1.25, -4.0]),
    errors=st.sampled_from([None, 1.0]),
    **who,
)
ticket = st.builds(
    Event,
    day=days,
    late=late,
    name=st.sampled_from(["ticket_opened", "ticket_closed"]),
    record=st.fixed_dictionaries({"id": st.sampled_from(["T1", "T2"])}),
    **who,
)
answer = st.builds(
    Event,
    day=days,
    late=late,
    name=st.just("survey_answered"),
    value=st.sampled_from([1.0, 4.0, 5.0, 9.0]),
    record=st.fixed_dictionaries({"kind": st.sampled_from(["nps", "csat"])}),
    **who,
)
invoice = st.one_of(
    st.builds(
        lambda number, day, due, late, account: Event(
            day, "invoice_issued", account, late=late,
            record={"id": f"I{account}{number}", "due_on": (START + timedelta(days=4 * number)).isoformat()},
        ),
        st.integers(1, 3), days, days, late, who["account"],
    ),
    st.builds(
        lambda number, day, late, account: Event(
            day, "invoice_paid", account, late=late, record={"id": f"I{account}{number}"}
        ),
        st.integers(1, 3), days, late, who["account"],
    ),
)  # fmt: skip
events = st.lists(st.one_of(usage, usage, usage, ticket, answer, invoice), max_size=25)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Events, some of them taken back later; two accounts, three people, perhaps one of our own."""
    happened = draw(events)
    taken_back = [
        Event(**{**{k: getattr(e, k) for k in Event.__dataclass_fields__}, "sign": -1, "late": e.late + more})
        for e, more in zip(
            happened, draw(st.lists(st.sampled_from([None] * 6 + [0, 1, 4]), min_size=25, max_size=25)), strict=False
        )
        if more is not None
    ]
    return World(
        events=[*happened, *taken_back],
        accounts={1: START - timedelta(days=30), 2: START + timedelta(days=draw(st.integers(0, 20)))},
        people={1: START - timedelta(days=30), 2: START + timedelta(days=4), 3: START - timedelta(days=30)},
        own=draw(st.sampled_from([(), (), (3,)])),
    )


as_of_days = st.sets(st.integers(3, 26), min_size=1, max_size=7).map(
    lambda ns: [START + timedelta(days=n) for n in sorted(ns)]
)


def by_counting(world: World, entity: Entity, as_of: list[date]) -> list[dict[str, object]]:
    starts = world.accounts if entity == "account" else world.people
    rows: list[dict[str, object]] = []
    for day in as_of:
        for ident, began in starts.items():
            if began is None or began > day or (entity == "person" and ident in world.own):
                continue
            row: dict[str, object] = {"as_of": day, "id": ident}
            for key, measure in MEASURES.items():
                if entity in measure.entities:
                    now, before = counting.value(world, entity, ident, measure, day)
                    row[key], row[f"{key}__previous"] = now, before
            rows.append(row)
    return rows


@pytest.mark.parametrize("entity", ["account", "person"])
@settings(max_examples=25, deadline=None)
@given(world=worlds(), as_of=as_of_days)
def test_the_query_agrees_with_counting(entity: Entity, world: World, as_of: list[date]) -> None:
    measures = {key: m for key, m in MEASURES.items() if entity in m.entities}
    expected = by_counting(world, entity, as_of)
    found = ask(world, measures, as_of, entity=entity)
    assert [{k: row[k] for k in e} for row, e in zip(found, expected, strict=True)] == [
        pytest.approx(e, abs=1e-9) for e in expected
    ]
    alone = ask(world, measures, as_of, entity=entity, before=False)
    backwards = {f"{key}{end}" for key in measures for end in ("__previous", "__change")}
    assert alone == [{k: v for k, v in row.items() if k not in backwards} for row in found]

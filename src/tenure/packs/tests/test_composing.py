"""A pack says of a month that is over what the pages say, and nothing of what came later."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from tenure.base.months import first_day
from tenure.base.refusals import Invalid
from tenure.customers import models as customers
from tenure.packs.composing import document
from tenure.packs.document import Account, Bar, Document
from tenure.packs.tests import companies
from tenure.packs.tests.companies import AS_OF, HOSTILE, MARCH
from tenure.revenue import queries as revenue
from tenure.revenue.closing import at_month_end
from tenure.revenue.groups import FieldGroups, by_words
from tenure.tenants.models import Workspace

AT = datetime(2026, 4, 10, 6, 30, tzinfo=UTC)


@pytest.fixture
def march(workspace: Workspace) -> Document:
    companies.found(workspace)
    return document(month=MARCH, as_of=AS_OF, at=AT, by="Ana")


def test_the_movements_of_the_month(march: Document) -> None:
    assert march.bridge is not None
    assert march.bridge.headline == "MRR fell by 33.3 % to $200 in March"
    assert [(bar.label, bar.shown, bar.tone) for bar in march.bridge.bars] == [
        ("MRR before March", "$300", "total"), ("New", "+$50", "good"), ("Expansion", "+$50", "good"),
        ("Churn", "−$200", "bad"), ("MRR after March", "$200", "total"),
    ]  # fmt: skip
    assert march.bridge.bars[1] == Bar("New", "+$50", 0.75, 0.875, "good")
    assert march.year is not None
    assert march.year.rows[0] == ("Mar 2026", "$300", "+$50", "+$50", "–", "−$200", "–", "–", "$200", "1")
    assert march.year.total == ("Together", "$0", "+$350", "+$50", "–", "−$200", "–", "–", "$200", "1")
    assert march.year.headline == "$400 came in, $200 went out"


def test_who_left_and_who_grew(march: Document) -> None:
    assert march.accounts is not None
    assert march.accounts.headline == "1 customer left, 1 came"
    assert march.accounts.left.rows == (Account("Birch", "$200", "left", "−$200"),)
    assert march.accounts.grew.rows == (
        Account(HOSTILE, "$100", "$150", "+$50"),
        Account("Cedar", "–", "$50", "+$50"),
    )


def test_cohorts_and_courses_end_with_the_month(march: Document) -> None:
    assert march.cohorts is not None
    assert [(row.name, row.size, row.cells[0].shown) for row in march.cohorts.rows] == [("Q1 2026", "2", "100 %")]
    assert [point.shown for point in march.courses[0].points] == ["$300", "$300", "$200"]
    assert march.lifetimes is not None
    assert march.lifetimes.stats[1] == ("Customers seen", "3", "1 of them left")


def test_groups_stand_at_the_end_of_the_month_and_add_up_to_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    companies.found(workspace)
    accounts = np.array(customers.Account.objects.order_by("id").values_list("pk", flat=True))
    plans = by_words(pa.array(["Pro", *[None] * (len(accounts) - 1)]))
    monkeypatch.setattr(revenue, "groups_by", lambda as_of, by: FieldGroups(by, "Plan", accounts, plans))
    end = at_month_end(AS_OF, MARCH)
    found = [(each.value, each.months[-1].month, each.months[-1].mrr) for each in end.groups("plan")]
    assert found == [("Pro", MARCH, 15_000), (None, MARCH, 5_000)]
    assert end.course().months[-1].mrr == 20_000


def test_who_prepared_it_when_and_what_is_left_out(march: Document) -> None:
    assert march.prepared == "Prepared on 10 April 2026, 06:30 (UTC) by Ana"
    assert march.footer == "As known on 10 April 2026 · amounts in USD"
    assert {"MRR", "ARPA", "New MRR"} <= {each.label for each in march.meanings}
    assert any(note.startswith("Nothing is known in this month of") and "Promoters" in note for note in march.notes)


def test_a_month_that_runs_is_refused(workspace: Workspace) -> None:
    companies.found(workspace)
    with pytest.raises(Invalid, match="April 2026 is not over"):
        document(month=first_day(AS_OF), as_of=AS_OF, at=AT, by="")

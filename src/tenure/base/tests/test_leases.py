from datetime import UTC, datetime, timedelta

import pytest

from tenure.base import clock, leases

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_only_one_holds_a_lease_until_it_runs_out() -> None:
    with clock.frozen(NOON):
        assert leases.claim("drain", holder="a", seconds=10) == 1
        assert leases.claim("drain", holder="b", seconds=10) is None
        assert leases.holder("drain") == "a"
    with clock.frozen(NOON + timedelta(seconds=11)):
        assert leases.holder("drain") is None
        assert leases.claim("drain", holder="b", seconds=10) == 2
        assert leases.claim("drain", holder="a", seconds=10) is None


def test_renewing_keeps_the_fencing_number_and_releasing_frees_it() -> None:
    with clock.frozen(NOON):
        assert leases.claim("drain", holder="a", seconds=10) == 1
        assert leases.claim("drain", holder="a", seconds=20) == 1
        leases.release("drain", holder="b")
        assert leases.holder("drain") == "a"
        leases.release("drain", holder="a")
        assert leases.holder("drain") is None

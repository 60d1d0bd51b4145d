"""SQLite is told how selective its indexes are."""

import pytest
from django.db import connection

from tenure.base import planner
from tenure.tenants.models import Member

pytestmark = pytest.mark.django_db


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL gathers its statistics by itself")
def test_the_planner_knows_the_tables_after_a_look(ana: Member) -> None:
    planner.look_again(now=True)
    with connection.cursor() as cursor:
        cursor.execute("select idx, stat from sqlite_stat1 where idx = 'sqlite_autoindex_tenants_member_1'")
        assert cursor.fetchall() == [("sqlite_autoindex_tenants_member_1", "1 1 1")]

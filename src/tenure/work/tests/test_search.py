"""What is found: the same on both databases, of one's own workspace only, newest first."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from tenure.base import tenancy
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.customers.models import Account
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id
from tenure.work import actions, library, queries
from tenure.work.contracts import EntryDraft, EntryFilter, Flow, Kind
from tenure.work.words import Asked, asked, excerpt, folded, marked, words_of

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def _write(account: int, by: MemberView, body: str, days: int = 0, **more: object) -> int:
    draft = EntryDraft(body=body, happened_at=NOON + timedelta(days=days), **more)  # type: ignore[arg-type]
    return actions.write_entry(account=account, draft=draft, by=by)


def _found(words: str = "", **more: object) -> list[str]:
    rows = queries.search(EntryFilter(words=words, **more)).rows  # type: ignore[arg-type]
    return [row.entry.body for row in rows]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("renewal", ["Renewal talk with Zoë", "renewals are late"]),
        ("renew talk", ["Renewal talk with Zoë"]),
        ("zoe", ["Renewal talk with Zoë"]),
        ("ZOË", ["Renewal talk with Zoë"]),
        ('"are late"', ["renewals are late"]),
        ('"late are"', []),
        ('"renewal"', ["Renewal talk with Zoë"]),
        ("talk late", []),
        ("enewal", []),
        ("OR AND NEAR(", []),
        ("' \" * : & | ! ( )", ["Renewal talk with Zoë", "renewals are late"]),
        ("w1 OR w2", []),
    ],
)
def test_every_word_must_be_there_from_its_beginning(
    account: int, author: MemberView, words: str, found: list[str]
) -> None:
    _write(account, author, "Renewal talk with Zoë", 1)
    _write(account, author, "renewals are late", 0)
    assert _found(words) == found


def test_subject_and_reason_are_searched_too(account: int, author: MemberView) -> None:
    _write(account, author, "x", subject="Quarterly review")
    _write(account, author, "y", 1, reason="Escalation")
    assert (_found("quarterly"), _found("escalation")) == (["x"], ["y"])


def test_an_edit_is_found_by_what_it_says_now(account: int, author: MemberView) -> None:
    entry = _write(account, author, "apples")
    moved = EntryDraft(body="pears", happened_at=NOON - timedelta(days=3))
    actions.edit_entry(entry=entry, draft=moved, revision=1, by=author)
    assert (_found("apples"), _found("pears")) == ([], ["pears"])
    assert _found(until=date(2024, 4, 28)) == ["pears"]


def test_filters_narrow_and_days_are_the_workspaces(
    account: int, author: MemberView, ben_as_support: MemberView
) -> None:
    risk = library.add_tag(name="Risk", by=author)
    other = upsert_accounts([AccountUpsert("b", name="Beta")]).ids["b"]
    _write(account, author, "one call", kind=Kind.CALL, flow=Flow.RENEWAL, tags=("Risk",))
    _write(account, ben_as_support, "two note", 1)
    _write(other, author, "three note", 2)
    assert _found(kind=Kind.CALL) == ["one call"]
    assert _found(flow=Flow.RENEWAL, tag=risk) == ["one call"]
    assert _found("note", author=ben_as_support.id) == ["two note"]
    assert _found(account=other) == ["three note"]
    assert _found(since=date(2024, 5, 2), until=date(2024, 5, 2)) == ["two note"]
    assert _found() == ["three note", "two note", "one call"]


def test_pages_follow_each_other_and_end(account: int, author: MemberView) -> None:
    for n in range(5):
        _write(account, author, f"entry {n}", n)
    first = queries.search(EntryFilter(words="entry"), limit=2)
    second = queries.search(EntryFilter(words="entry"), cursor=first.next, limit=2)
    last = queries.search(EntryFilter(words="entry"), cursor=second.next, limit=2)
    pages = [[row.entry.body for row in page.rows] for page in (first, second, last)]
    assert pages == [["entry 4", "entry 3"], ["entry 2", "entry 1"], ["entry 0"]]
    assert last.next is None


def test_nothing_of_another_workspace_is_found(account: int, author: MemberView, globex: Workspace, cy: Member) -> None:
    _write(account, author, "secret plan")
    with tenancy.workspace(globex.pk):
        theirs = upsert_accounts([AccountUpsert("a", name="Theirs")]).ids["a"]
        stranger = members_by_id([cy.pk])[cy.pk]
        _write(theirs, stranger, "their plan")
        assert _found("plan") == ["their plan"]
        assert _found(account=account) == []
    assert _found("plan") == ["secret plan"]


def test_what_is_gone_is_gone_from_the_index(account: int, author: MemberView) -> None:
    _write(account, author, "secret plan")
    Account.objects.filter(pk=account).delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM work_search")
        assert cursor.fetchone() == (0,)


def test_a_search_costs_four_queries(account: int, author: MemberView, django_assert_num_queries: object) -> None:
    for n in range(5):
        _write(account, author, f"entry {n} @Bill", n)
    with tenancy.workspace(tenancy.current_workspace_id()), django_assert_num_queries(4):  # type: ignore[operator]
        queries.search(EntryFilter(words="entry"))


def test_words_are_folded_alike() -> None:
    assert folded("Ärger, ZOË!") == "arger, zoe!"
    assert words_of("Ärger mit_dem ERP-2") == ["arger", "mit", "dem", "erp", "2"]
    assert asked('Renew "price  LIST" "') == (Asked(("renew",), whole=False), Asked(("price", "list"), whole=True))
    assert len(asked("a " * 40)) == 12


def test_matches_are_marked_where_they_stand() -> None:
    assert marked("The Renewals, renewed", asked("renew")) == (
        ("The ", False), ("Renewals", True), (", ", False), ("renewed", True),
    )  # fmt: skip
    assert marked("a price list b", asked('"price list"')) == (("a ", False), ("price list", True), (" b", False))


def test_an_excerpt_shows_the_first_match() -> None:
    text = f"{'before ' * 60}needle {'after ' * 60}"
    shown = excerpt(text, asked("needle"))
    assert "needle" in shown
    assert (shown[:2], shown[-1], len(shown) <= 244) == ("… ", "…", True)
    assert excerpt("short\n text", asked("none")) == "short text"

"""Notes: written, shown safely, edited by their author, never lost."""

from datetime import UTC, datetime, timedelta

import pytest

from tenure.base import clock, tenancy
from tenure.base.models import OutboxMessage
from tenure.base.refusals import Forbidden, Invalid, NotFound
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import members_by_id
from tenure.work import actions, queries
from tenure.work.contracts import EarlierBody
from tenure.work.models import Note
from tenure.work.rules import html_of

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def account(workspace: Workspace) -> int:
    return upsert_accounts([AccountUpsert("a", name="Alpha")]).ids["a"]


@pytest.fixture
def author(ana: Member) -> MemberView:
    return members_by_id([ana.pk])[ana.pk]


def test_a_note_is_kept_with_its_author_and_told(account: int, author: MemberView) -> None:
    with clock.frozen(NOON):
        note = actions.write_note(account=account, body="  They **love** it.\r\n", by=author)
    (found,) = queries.notes(account)
    assert (found.id, found.author_id, found.author, found.body) == (note, author.id, "Ana", "They **love** it.")
    assert (found.html, found.created_at, found.edited_at) == ("<p>They <strong>love</strong> it.</p>", NOON, None)
    told = OutboxMessage.objects.get(fact="NoteWritten")
    assert told.body == {"note": note, "account": account, "by": author.id}


@pytest.mark.parametrize("body", ["", " \n ", "x" * 20_001])
def test_nothing_and_too_much_are_refused(account: int, author: MemberView, body: str) -> None:
    with pytest.raises(Invalid):
        actions.write_note(account=account, body=body, by=author)
    assert Note.objects.count() == 0


def test_a_note_on_an_account_of_another_workspace_is_refused(
    account: int, author: MemberView, cy: Member, globex: Workspace
) -> None:
    stranger = MemberView(cy.pk, cy.user_id, cy.user.email, "Cy", author.role)
    with tenancy.workspace(globex.pk):
        with pytest.raises(NotFound):
            actions.write_note(account=account, body="Hello", by=stranger)
        assert queries.notes(account) == []
    assert Note.every_workspace.count() == 0


def test_an_edit_keeps_what_was_said(account: int, author: MemberView) -> None:
    with clock.frozen(NOON):
        note = actions.write_note(account=account, body="One", by=author)
    with clock.frozen(NOON + timedelta(hours=1)):
        actions.edit_note(note=note, body="Two", by=author)
        actions.edit_note(note=note, body="Two ", by=author)
    with clock.frozen(NOON + timedelta(hours=2)):
        actions.edit_note(note=note, body="Three", by=author)
    found = queries.note(note)
    assert found is not None
    assert (found.body, found.created_at, found.edited_at) == ("Three", NOON, NOON + timedelta(hours=2))
    assert queries.earlier_bodies(note) == [
        EarlierBody("Two", NOON + timedelta(hours=2)),
        EarlierBody("One", NOON + timedelta(hours=1)),
    ]


def test_nobody_else_edits_a_note(account: int, author: MemberView, ben: Member) -> None:
    note = actions.write_note(account=account, body="One", by=author)
    other = members_by_id([ben.pk])[ben.pk]
    with pytest.raises(Forbidden):
        actions.edit_note(note=note, body="Two", by=other)
    assert Note.objects.get().body == "One"
    assert queries.earlier_bodies(note) == []


def test_a_note_that_is_not_there_cannot_be_edited(account: int, author: MemberView) -> None:
    with pytest.raises(NotFound):
        actions.edit_note(note=1, body="Two", by=author)
    assert queries.note(1) is None


def test_pages_of_notes_follow_each_other(account: int, author: MemberView) -> None:
    with clock.frozen(NOON):
        same = [actions.write_note(account=account, body=f"Note {n}", by=author) for n in range(3)]
    with clock.frozen(NOON + timedelta(minutes=1)):
        newest = actions.write_note(account=account, body="Newest", by=author)
    first = queries.notes(account, limit=2)
    assert [note.id for note in first] == [newest, same[2]]
    second = queries.notes(account, before=(first[-1].created_at, first[-1].key), limit=2)
    assert [note.id for note in second] == [same[1], same[0]]


@pytest.mark.parametrize(("key", "count"), [("", 0), ("msg-1", 0), ("order-9", 1), (f"note-{2**62}", 1)])
def test_other_entries_of_the_moment_come_before_or_after_by_their_key(
    account: int, author: MemberView, key: str, count: int
) -> None:
    with clock.frozen(NOON):
        actions.write_note(account=account, body="One", by=author)
    assert len(queries.notes(account, before=(NOON, key))) == count


def test_a_page_costs_one_query_besides_the_one_for_merges(
    account: int, author: MemberView, django_assert_num_queries: object
) -> None:
    for n in range(5):
        actions.write_note(account=account, body=f"Note {n}", by=author)
    with django_assert_num_queries(2):  # type: ignore[operator]
        queries.notes(account)


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("![x](https://spy.example/pixel.png)", "<p></p>"),
        ("[x](https://a.example)",
         '<p><a href="https://a.example" rel="noopener noreferrer nofollow">x</a></p>'),
        ("a\nb", "<p>a<br>\nb</p>"),
        ("- one\n- ~~two~~", "<ul>\n<li>one</li>\n<li><s>two</s></li>\n</ul>"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
    ],
)  # fmt: skip
def test_what_is_shown_is_safe(body: str, html: str) -> None:
    assert html_of(body) == html

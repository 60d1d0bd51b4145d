"""Entries: written, shown safely, edited with nothing lost, pinned, and told of."""

from datetime import UTC, datetime, timedelta

import pytest

from tenure.base import clock, tenancy
from tenure.base.models import OutboxMessage
from tenure.base.refusals import Forbidden, Invalid, NotFound
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import Member, Workspace
from tenure.work import actions, library, queries
from tenure.work.actions import EditConflict
from tenure.work.contracts import EntryDraft, EntryFilter, EntryView, Flow, Kind, WorkType
from tenure.work.models import Entry
from tenure.work.rules import html_of

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def _write(account: int, by: MemberView, body: str = "One", **more: object) -> int:
    return actions.write_entry(account=account, draft=EntryDraft(body=body, **more), by=by)  # type: ignore[arg-type]


def _edit(entry: int, by: MemberView, body: str, revision: int, **more: object) -> int:
    draft = EntryDraft(body=body, **more)  # type: ignore[arg-type]
    return actions.edit_entry(entry=entry, draft=draft, revision=revision, by=by)


def _read(entry: int) -> EntryView:
    found = queries.entry(entry)
    assert found is not None
    return found


def _told(fact: str) -> list[object]:
    return [message.body for message in OutboxMessage.objects.filter(fact=fact).order_by("id")]


def test_an_entry_is_kept_with_its_author_and_told(account: int, author: MemberView) -> None:
    with clock.frozen(NOON):
        entry = _write(account, author, "  They **love** it.\r\n")
    (found,) = queries.entries(account)
    assert (found.id, found.author, found.body, found.kind) == (entry, "Ana", "They **love** it.", Kind.NOTE)
    assert (found.html, found.happened_at, found.edited_at) == ("<p>They <strong>love</strong> it.</p>", NOON, None)
    assert (found.minutes, found.work_type) == (None, None)
    assert _told("EntryWritten") == [
        {"entry": entry, "account": account, "by": author.id, "kind": "note", "minutes": None, "work_type": ""}
    ]


@pytest.mark.parametrize(
    ("draft", "minutes", "usual", "work"),
    [
        (EntryDraft(Kind.CALL, "x"), 30, True, WorkType.RELATIONSHIP),
        (EntryDraft(Kind.MEETING, "x", flow=Flow.ONBOARDING), 60, True, WorkType.ONBOARDING),
        (EntryDraft(Kind.MAIL, "x", flow=Flow.RENEWAL, minutes=5), 5, False, WorkType.COMMERCIAL),
        (EntryDraft(Kind.CHAT, "x", work_type=WorkType.SERVICES), 10, True, WorkType.SERVICES),
        (EntryDraft(Kind.NOTE, "x", flow=Flow.SUPPORT), None, False, None),
    ],
)
def test_every_contact_has_minutes_and_a_work_type(
    account: int, author: MemberView, draft: EntryDraft, minutes: int | None, usual: bool, work: WorkType | None
) -> None:
    found = _read(actions.write_entry(account=account, draft=draft, by=author))
    assert (found.minutes, found.minutes_usual, found.work_type) == (minutes, usual, work)


@pytest.mark.parametrize(
    ("draft", "where"),
    [
        (EntryDraft(body=" \n "), "body"),
        (EntryDraft(body="x" * 20_001), "body"),
        (EntryDraft(body="x", subject="s" * 201), "subject"),
        (EntryDraft(body="x", reason="r" * 81), "reason"),
        (EntryDraft(body="x", minutes=0), "minutes"),
        (EntryDraft(body="x", minutes=1441), "minutes"),
        (EntryDraft(body="x", happened_at=NOON + timedelta(hours=1)), "happened_at"),
        (EntryDraft(body="x", people=("Nobody Here",)), "people"),
        (EntryDraft(body="x", tags=("Unheard",)), "tags"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field(account: int, author: MemberView, draft: EntryDraft, where: str) -> None:
    with clock.frozen(NOON), pytest.raises(Invalid) as refused:
        actions.write_entry(account=account, draft=draft, by=author)
    assert [problem.where for problem in refused.value.problems] == [where]
    assert Entry.objects.count() == 0


def test_an_entry_on_an_account_of_another_workspace_is_refused(
    account: int, author: MemberView, cy: Member, globex: Workspace
) -> None:
    stranger = MemberView(cy.pk, cy.user_id, cy.user.email, "Cy", author.role)
    with tenancy.workspace(globex.pk):
        with pytest.raises(NotFound):
            _write(account, stranger)
        assert queries.entries(account) == []
    assert Entry.every_workspace.count() == 0


def test_who_took_part_and_who_is_mentioned_is_known_and_told_once(
    account: int, author: MemberView, ben: Member
) -> None:
    entry = _write(account, author, "@Ada Lovelace will ask @ben. @Nobody", people=("ada@alpha.example", "ana"))
    found = {one.name: (one.is_member, one.took_part, one.mentioned) for one in _read(entry).people}
    assert found == {
        "Ada Lovelace": (False, True, True),
        "Ana": (True, True, False),
        "ben": (True, False, True),
    }
    assert _read(entry).html == (
        '<p><span class="mention">@Ada Lovelace</span> will ask <span class="mention">@ben</span>. @Nobody</p>'
    )
    _edit(entry, author, "@Ada Lovelace will ask @ben and @Bill.", 1, people=("Ana",))
    assert [message["member"] for message in _told("MemberMentioned")] == [ben.pk]  # type: ignore[index]
    assert len(_told("PersonMentioned")) == 2


def test_tags_come_from_the_set_whatever_their_case(account: int, author: MemberView) -> None:
    risk = library.add_tag(name="Risk", by=author)
    entry = _write(account, author, tags=("risk",))
    assert _read(entry).tags == ("Risk",)
    library.retire_tag(tag=risk, by=author)
    assert _read(entry).tags == ("Risk",)
    with pytest.raises(Invalid):
        _write(account, author, tags=("Risk",))
    assert _edit(entry, author, "It may go on to say so", 1, tags=("Risk",)) == 2
    assert [(tag.name, tag.retired, tag.entries) for tag in queries.tags(counted=True)] == [("Risk", True, 1)]


def test_an_edit_keeps_what_was_said(account: int, author: MemberView) -> None:
    with clock.frozen(NOON):
        entry = _write(account, author, "One", kind=Kind.CALL, subject="First", people=("Bill",))
    with clock.frozen(NOON + timedelta(hours=1)):
        assert _edit(entry, author, "Two", 1, kind=Kind.CALL, subject="First", people=("Bill",)) == 2
        assert _edit(entry, author, "Two ", 2, kind=Kind.CALL, subject="First", people=("Bill",)) == 2
    found = _read(entry)
    assert (found.body, found.happened_at, found.edited_at) == ("Two", NOON, NOON + timedelta(hours=1))
    (earlier,) = queries.earlier_texts(entry)
    assert (earlier.subject, earlier.body, earlier.until, earlier.edited_by) == ("First", "One", found.edited_at, "Ana")
    assert (earlier.fields["kind"], earlier.fields["people"]) == ("call", "Bill")


def test_the_second_of_two_who_edit_is_refused_and_nothing_is_changed(account: int, author: MemberView) -> None:
    entry = _write(account, author)
    _edit(entry, author, "Mine", 1)
    with pytest.raises(EditConflict):
        _edit(entry, author, "Theirs", 1)
    assert (_read(entry).body, _read(entry).revision, len(queries.earlier_texts(entry))) == ("Mine", 2, 1)


def test_only_a_role_that_may_edits_what_another_wrote(
    account: int, author: MemberView, ben_as_support: MemberView
) -> None:
    entry = _write(account, author)
    with pytest.raises(Forbidden):
        _edit(entry, ben_as_support, "Two", 1)
    assert (_read(entry).body, queries.earlier_texts(entry)) == ("One", [])
    theirs = _write(account, ben_as_support, "Ben's")
    _edit(theirs, author, "Corrected", 1)
    assert (_read(theirs).author, _read(theirs).edited_by) == ("Ben", "Ana")


def test_an_entry_that_is_not_there_cannot_be_edited(account: int, author: MemberView) -> None:
    with pytest.raises(NotFound):
        _edit(1, author, "Two", 1)
    assert queries.entry(1) is None


def test_an_account_has_one_handover_note(account: int, author: MemberView) -> None:
    first, second = _write(account, author), _write(account, author)
    actions.pin_entry(entry=first, by=author)
    actions.pin_entry(entry=second, by=author)
    assert [entry.id for entry in queries.entries(account, pinned=True)] == [second]
    actions.unpin_entry(entry=second, by=author)
    assert queries.entries(account, pinned=True) == []
    assert [message["pinned"] for message in _told("EntryPinned")] == [True, False, True, False]  # type: ignore[index]


def test_pages_of_entries_follow_each_other(account: int, author: MemberView) -> None:
    with clock.frozen(NOON):
        same = [_write(account, author, f"Entry {n}") for n in range(3)]
    with clock.frozen(NOON + timedelta(minutes=1)):
        newest = _write(account, author, "Newest")
    first = queries.entries(account, limit=2)
    assert [entry.id for entry in first] == [newest, same[2]]
    second = queries.entries(account, before=(first[-1].happened_at, first[-1].key), limit=2)
    assert [entry.id for entry in second] == [same[1], same[0]]


@pytest.mark.parametrize(("key", "count"), [("", 0), ("early-1", 0), ("order-9", 1), (f"entry-{2**62}", 1)])
def test_other_things_of_the_moment_come_before_or_after_by_their_key(
    account: int, author: MemberView, key: str, count: int
) -> None:
    with clock.frozen(NOON):
        _write(account, author)
    assert len(queries.entries(account, before=(NOON, key))) == count


def test_a_filter_leaves_what_fits(account: int, author: MemberView, ben_as_support: MemberView) -> None:
    tag = library.add_tag(name="Risk", by=author)
    wanted = _write(account, author, kind=Kind.CALL, flow=Flow.RENEWAL, tags=("Risk",))
    _write(account, ben_as_support, kind=Kind.CALL, flow=Flow.RENEWAL, tags=("Risk",))
    _write(account, author)
    where = EntryFilter(kind=Kind.CALL, author=author.id, tag=tag, flow=Flow.RENEWAL)
    assert [entry.id for entry in queries.entries(account, where=where)] == [wanted]


def test_a_page_costs_two_queries_where_merges_are_known(
    account: int, author: MemberView, django_assert_num_queries: object
) -> None:
    library.add_tag(name="Risk", by=author)
    for n in range(5):
        _write(account, author, f"Entry {n} @Bill", tags=("Risk",))
    with tenancy.workspace(tenancy.current_workspace_id()), django_assert_num_queries(2):  # type: ignore[operator]
        queries.entries(account)


def test_history_from_elsewhere_is_written_at_once_and_told_to_nobody(account: int, author: MemberView) -> None:
    drafts = [EntryDraft(Kind.CALL, f"Call {n} with @Bill", happened_at=NOON + timedelta(days=n)) for n in range(3)]
    assert len(actions.load_entries([(account, author.id, draft) for draft in drafts])) == 3
    assert [entry.body for entry in queries.entries(account)] == [f"Call {n} with @Bill" for n in (2, 1, 0)]
    assert [one.name for one in queries.entries(account)[0].people] == ["Bill"]
    assert OutboxMessage.objects.count() == 0
    assert len(queries.search(EntryFilter(words="call")).rows) == 3


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
        ('<span class="mention">@Eve</span>', '<p>&lt;span class="mention"&gt;@Eve&lt;/span&gt;</p>'),
        ("mail bob@ada.example", "<p>mail bob@ada.example</p>"),
    ],
)  # fmt: skip
def test_what_is_shown_is_safe(body: str, html: str) -> None:
    assert html_of(body) == html

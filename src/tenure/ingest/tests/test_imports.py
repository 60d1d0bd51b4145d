"""Files become accounts, people and events; a second import changes nothing, a changed row is said anew."""

from datetime import date
from pathlib import Path

import pytest

from tenure.base.refusals import Problem
from tenure.customers.models import Account, OwnerAssignment, Person, PersonAccount
from tenure.events.queries import open_lake
from tenure.ingest import queries
from tenure.ingest.contracts import CannotImport
from tenure.ingest.models import ImportRun
from tenure.ingest.tests.importing import ACCOUNTS, USAGE, counts, run, source_map, standing, write
from tenure.tenants.models import Member, Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]

SHOP = source_map(accounts=ACCOUNTS, usage=USAGE)
FILES = {
    "accounts.csv": "id,name,since\nA,Ada,2024-01-01\nB,Bob,2024-02-01\n",
    "usage.csv": "account,day,what,n\nA,2024-03-01,login,2\nA,2024-03-02,login,1\nB,2024-03-01,export,5\n",
}
USED = [("export", date(2024, 3, 1), 5.0), ("login", date(2024, 3, 1), 2.0), ("login", date(2024, 3, 2), 1.0)]
SIGNED_UP = [
    ("account_signed_up", date(2024, 1, 1), 1.0),
    ("account_signed_up", date(2024, 2, 1), 1.0),
]


def test_all_rows_are_created_once_and_a_second_import_changes_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", FILES)
    assert counts(run(folder, SHOP)) == {"accounts.csv": (2, 2, 0, 0, 0), "usage.csv": (3, 3, 0, 0, 0)}
    version = open_lake("acme").snapshot("events").version
    assert counts(run(folder, SHOP)) == {"accounts.csv": (2, 0, 0, 2, 0), "usage.csv": (3, 0, 0, 3, 0)}
    assert open_lake("acme").snapshot("events").version == version
    assert standing() == SIGNED_UP + USED
    assert list(Account.objects.order_by("id").values_list("external_id", "name", "started_on")) == [
        ("A", "Ada", date(2024, 1, 1)),
        ("B", "Bob", date(2024, 2, 1)),
    ]


def test_a_dry_run_tells_the_same_and_writes_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", FILES)
    report = run(folder, SHOP, dry_run=True)
    assert counts(report) == {"accounts.csv": (2, 2, 0, 0, 0), "usage.csv": (3, 3, 0, 0, 0)}
    assert report.run is None
    assert Account.objects.count() == 0
    assert ImportRun.objects.count() == 0
    assert open_lake("acme").snapshot("events").version == -1
    run(folder, SHOP)
    assert counts(run(folder, SHOP, dry_run=True)) == {"accounts.csv": (2, 0, 0, 2, 0), "usage.csv": (3, 0, 0, 3, 0)}


def test_a_changed_row_takes_the_old_one_back(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", FILES)
    run(folder, SHOP)
    write(
        folder, {"usage.csv": "account,day,what,n\nA,2024-03-01,login,7\nA,2024-03-02,login,1\nB,2024-03-03,export,5\n"}
    )
    assert counts(run(folder, SHOP))["usage.csv"] == (3, 1, 1, 1, 0)
    assert standing("e.name, e.day, e.count")[2:] == [
        ("export", date(2024, 3, 1), 5.0),
        ("export", date(2024, 3, 3), 5.0),
        ("login", date(2024, 3, 1), 7.0),
        ("login", date(2024, 3, 2), 1.0),
    ]
    # … and back again: what stood first stands once more.
    write(folder, FILES)
    assert counts(run(folder, SHOP))["usage.csv"] == (3, 0, 1, 2, 0)
    assert standing()[4:] == USED[1:]


def test_a_row_whose_day_moves_to_another_month_is_found_there(tmp_path: Path) -> None:
    wanted = source_map(
        accounts=ACCOUNTS,
        tickets={
            "file": "tickets.csv",
            "tickets": {"key": "id", "account": "account", "opened": "at", "satisfaction": "s"},
        },
    )
    folder = write(tmp_path / "in", {**FILES, "tickets.csv": "id,account,at,s\n1,A,2024-03-31,5\n2,A,2024-03-31,\n"})
    assert counts(run(folder, wanted))["tickets.csv"] == (2, 2, 0, 0, 0)
    write(folder, {"tickets.csv": "id,account,at,s\n1,A,2024-04-01,\n2,A,2024-03-31,3\n"})
    assert counts(run(folder, wanted))["tickets.csv"] == (2, 0, 2, 0, 0)
    assert standing("e.name, e.day, e.value")[2:] == [
        ("survey_answered", date(2024, 3, 31), 3.0),
        ("ticket_opened", date(2024, 3, 31), None),
        ("ticket_opened", date(2024, 4, 1), None),
    ]


def test_a_ticket_states_what_happened_to_it(tmp_path: Path) -> None:
    wanted = source_map(
        accounts=ACCOUNTS,
        tickets={
            "file": "tickets.csv",
            "tickets": {
                "key": "id", "account": "account", "opened": "opened", "closed": "closed", "priority": "priority",
                "first_response": {"column": "wait", "unit": "minutes"}, "escalated": "escalated", "satisfaction": "s",
            },
        },
    )  # fmt: skip
    text = "id,account,opened,closed,priority,wait,escalated,s\n7,A,2024-03-01 10:00,2024-03-02 11:00,high,30,true,4\n"
    run(write(tmp_path / "in", {**FILES, "tickets.csv": text}), wanted)
    assert standing("e.name, strftime(e.at, '%d %H:%M'), e.seconds, e.value, e.properties")[2:] == [
        ("survey_answered", "02 11:00", None, 4.0, '{"id":"7","kind":"csat","max":5}'),
        ("ticket_answered", "01 10:30", 1800.0, None, '{"id":"7"}'),
        ("ticket_closed", "02 11:00", 90_000.0, None, '{"id":"7"}'),
        ("ticket_escalated", "02 11:00", None, None, '{"id":"7"}'),
        ("ticket_opened", "01 10:00", None, None, '{"id":"7","priority":"high"}'),
    ]


def test_a_subscription_states_its_terms_at_start_and_end(tmp_path: Path) -> None:
    wanted = source_map(
        accounts=ACCOUNTS,
        subs={
            "file": "subs.csv",
            "subscriptions": {
                "key": "id", "account": "account", "start": "start", "end": "end", "end_is": "last_day",
                "mrr": {"column": "arr", "per": "year"}, "currency": "cur", "billing": "bill", "seats": "seats",
            },
        },
    )  # fmt: skip
    text = "id,account,start,end,arr,cur,bill,seats\nS,A,2024-03-01,2024-03-31,1200,eur,Yearly,5\n"
    run(write(tmp_path / "in", {**FILES, "subs.csv": text}), wanted)
    terms = '{"id":"S","seats":5,"mrr_minor":10000,"currency":"EUR","billing":"annual"}'
    assert standing("e.name, e.day, e.properties")[2:] == [
        ("subscription_ended", date(2024, 4, 1), terms),
        ("subscription_started", date(2024, 3, 1), terms),
    ]


def test_invoices_surveys_changes_and_churn(tmp_path: Path) -> None:
    wanted = source_map(
        accounts=ACCOUNTS,
        inv={"file": "inv.csv", "invoices": {"key": "id", "account": "account", "issued": "a", "due": "b", "paid": "c",
                                             "amount": "n"}},
        ans={"file": "ans.csv", "surveys": {"key": "id", "account": "account", "at": "a", "kind": {"constant": "nps"},
                                            "score": "n"}},
        chg={"file": "chg.csv", "subscription_changes": {"key": "id", "subscription": "s", "account": "account",
                                                         "at": "a", "seats": "n"}},
        bye={"file": "bye.csv", "churn": {"key": "id", "account": "account", "at": "a", "reason": "why"}},
    )  # fmt: skip
    files = {
        "inv.csv": "id,account,a,b,c,n\n1,A,2024-03-01,2024-03-15,,9.99\n",
        "ans.csv": "id,account,a,n\n1,A,2024-03-02,9\n",
        "chg.csv": "id,s,account,a,n\n1,S,A,2024-03-03,8\n",
        "bye.csv": "id,account,a,why\n1,B,2024-03-04,price\n",
    }
    run(write(tmp_path / "in", {**FILES, **files}), wanted)
    assert standing("e.name, e.day, e.value, e.properties")[:1] + standing("e.name, e.day, e.value, e.properties")[
        3:
    ] == [
        ("account_lost", date(2024, 3, 4), None, '{"id":"1","reason":"price"}'),
        ("invoice_issued", date(2024, 3, 1), 999.0, '{"id":"1","currency":"USD","due_on":"2024-03-15"}'),
        ("subscription_changed", date(2024, 3, 3), None, '{"id":"S","seats":8,"currency":"USD"}'),
        ("survey_answered", date(2024, 3, 2), 9.0, '{"id":"1","kind":"nps","max":10}'),
    ]


def test_rows_with_the_same_key_the_last_wins_and_repeats_change_nothing(tmp_path: Path) -> None:
    text = "account,day,what,n\nA,2024-03-01,login,1\nA,2024-03-01,login,1\nA,2024-03-01,login,4\n"
    report = run(write(tmp_path / "in", {**FILES, "usage.csv": text}), SHOP)
    assert counts(report)["usage.csv"] == (3, 1, 0, 2, 0)
    assert report.files[1].warnings == {"superseded by a later row with the same key": 2}
    assert standing()[2:] == [("login", date(2024, 3, 1), 4.0)]
    assert counts(run(tmp_path / "in", SHOP))["usage.csv"] == (3, 0, 0, 3, 0)


def test_identical_rows_without_a_key_are_all_kept(tmp_path: Path) -> None:
    log = {"file": "usage.csv", "events": {"key": "*", "account": "account", "at": "day", "name": "what"}}
    text = "account,day,what\nA,2024-03-01,login\nA,2024-03-01,login\nA,2024-03-01,export\n"
    wanted = source_map(accounts=ACCOUNTS, usage=log)
    folder = write(tmp_path / "in", {**FILES, "usage.csv": text})
    assert counts(run(folder, wanted))["usage.csv"] == (3, 3, 0, 0, 0)
    write(folder, {"usage.csv": text + "A,2024-03-01,login\n"})
    assert counts(run(folder, wanted))["usage.csv"] == (4, 1, 0, 3, 0)


def test_several_events_in_one_row_count_where_they_are_not_zero(tmp_path: Path) -> None:
    wide = {
        "file": "usage.csv",
        "events": [
            {
                "key": ["account", "day"],
                "account": "account",
                "at": "day",
                "name": {"constant": "login"},
                "count": "logins",
            },
            {
                "key": ["account", "day"],
                "account": "account",
                "at": "day",
                "name": {"constant": "export"},
                "count": "exports",
            },
        ],
    }
    text = "account,day,logins,exports\nA,2024-03-01,3,0\nA,2024-03-02,,2\nA,2024-03-03,0,0\n"
    wanted = source_map(accounts=ACCOUNTS, usage=wide)
    folder = write(tmp_path / "in", {**FILES, "usage.csv": text})
    assert counts(run(folder, wanted))["usage.csv"] == (3, 2, 0, 1, 0)
    assert standing()[2:] == [("export", date(2024, 3, 2), 2.0), ("login", date(2024, 3, 1), 3.0)]
    write(folder, {"usage.csv": text.replace(",3,0", ",0,0")})
    assert counts(run(folder, wanted))["usage.csv"] == (3, 0, 1, 2, 0)
    assert standing()[2:] == [("export", date(2024, 3, 2), 2.0)]


SUBS = {"file": "subs.csv", "subscriptions": {"key": "sub", "account": "account", "start": "start"}}
VIA = {
    "file": "usage.csv",
    "events": {"key": "id", "account": {"via": "subs", "on": "sub"}, "at": "day", "name": "what"},
}


def test_a_row_that_names_a_subscription_finds_its_account(tmp_path: Path) -> None:
    files = {
        **FILES,
        "subs.csv": "sub,account,start\nS1,A,2024-03-01\nS2,B,2024-03-01\nS3,X,2024-03-01\n",
        "usage.csv": "id,sub,day,what\n1,S1,2024-02-01,login\n2,S2,2024-03-05,login\n"
        "3,S3,2024-03-05,login\n4,S9,2024-03-05,login\n",
    }
    folder = write(tmp_path / "in", files)
    report = run(folder, source_map(accounts=ACCOUNTS, subs=SUBS, usage=VIA))
    assert counts(report) == {
        "accounts.csv": (2, 2, 0, 0, 0),
        "subs.csv": (3, 2, 0, 0, 1),
        "usage.csv": (4, 2, 0, 0, 2),
    }
    assert report.files[2].warnings == {"dated before its subscription's start": 1}
    assert report.run is not None
    assert [(r.file, r.line, r.column, r.reason, r.raw) for r in queries.rejects(report.run).rejects] == [
        ("subs.csv", 4, "account", "there is no account “X”", "S3,X,2024-03-01"),
        ("usage.csv", 4, "sub", "there is no account “X”", "3,S3,2024-03-05,login"),
        ("usage.csv", 5, "sub", "there is no good row in subs with the key “S9”", "4,S9,2024-03-05,login"),
    ]


def test_next_months_usage_finds_subscriptions_of_an_earlier_import(tmp_path: Path) -> None:
    wanted = source_map(accounts=ACCOUNTS, subs=SUBS, usage=VIA)
    run(write(tmp_path / "one", {**FILES, "subs.csv": "sub,account,start\nS1,A,2024-03-01\n",
                                 "usage.csv": "id,sub,day,what\n1,S1,2024-03-01,login\n"}), wanted)  # fmt: skip
    report = run(
        write(tmp_path / "two", {"usage.csv": "id,sub,day,what\n2,S1,2024-04-01,login\n3,S2,2024-04-01,login\n"}),
        wanted,
    )
    assert counts(report) == {"usage.csv": (2, 1, 0, 0, 1)}
    assert report.missing == ("accounts.csv", "subs.csv")


def test_next_months_usage_finds_people_of_an_earlier_import(tmp_path: Path) -> None:
    wanted = source_map(
        accounts=ACCOUNTS,
        people={"file": "people.csv", "people": {"key": "id", "account": "org"}},
        usage={
            "file": "usage.csv",
            "events": {
                "key": "id", "account": {"via": "people", "on": "user"}, "person": "user", "at": "day", "name": "what",
            },
        },
    )  # fmt: skip
    usage = "id,user,day,what\n"
    files = {**FILES, "people.csv": "id,org\nu1,A\n", "usage.csv": usage + "1,u1,2024-03-01,login\n"}
    run(write(tmp_path / "one", files), wanted)
    later = {"usage.csv": usage + "2,u1,2024-04-01,login\n3,u2,2024-04-01,login\n"}
    report = run(write(tmp_path / "two", later), wanted)
    assert counts(report) == {"usage.csv": (2, 1, 0, 0, 1)}
    assert report.files[0].samples[0].reason == "there is no good row in people with the key “u2”"


def test_one_file_may_give_accounts_people_and_events(tmp_path: Path) -> None:
    wanted = source_map(
        log={
            "file": "log.csv",
            "accounts": {"key": "org", "name": "org_name"},
            "people": {"key": "user", "email": "mail", "account": "org"},
            "events": {"key": "id", "account": "org", "person": "user", "at": "day", "name": "what"},
        }
    )
    text = "id,org,org_name,user,mail,day,what\n1,O,Org,u1,a@o.example,2024-03-01,login\n2,O,Org,u2,,2024-03-01,login\n"
    folder = write(tmp_path / "in", {"log.csv": text})
    assert counts(run(folder, wanted)) == {"log.csv": (2, 2, 0, 0, 0)}
    assert counts(run(folder, wanted)) == {"log.csv": (2, 0, 0, 2, 0)}
    assert Account.objects.count() == 1
    assert PersonAccount.objects.count() == 2
    people = dict(Person.objects.values_list("external_id", "id"))
    assert standing("e.person, e.name") == sorted([(people["u1"], "login"), (people["u2"], "login")])


def test_people_whom_only_events_name_are_met(tmp_path: Path) -> None:
    log = {
        "file": "usage.csv",
        "events": {"key": "id", "account": "account", "person": "user", "at": "day", "name": "what"},
    }
    text = "id,account,user,day,what\n1,A,u1,2024-03-01,login\n2,A,u1,2024-03-02,login\n3,A,,2024-03-03,login\n"
    folder = write(tmp_path / "in", {**FILES, "usage.csv": text})
    report = run(folder, source_map(accounts=ACCOUNTS, usage=log))
    assert counts(report)["usage.csv"] == (3, 3, 0, 0, 0)
    assert report.files[1].warnings == {"a person met here for the first time": 1}
    assert list(PersonAccount.objects.values_list("person__external_id", "account__external_id")) == [("u1", "A")]


def test_a_person_alone_tells_the_account_when_there_is_only_one(tmp_path: Path) -> None:
    wanted = source_map(
        accounts=ACCOUNTS,
        people={"file": "people.csv", "people": {"key": "id", "name": "name"}},
        members={"file": "members.csv", "memberships": {"person": "person", "account": "account", "role": "role"}},
        usage={"file": "usage.csv", "events": {"key": "id", "person": "user", "at": "day", "name": "what"}},
    )
    files = {
        **FILES,
        "people.csv": "id,name\nu1,Uma\nu2,Ugo\nu3,Una\n",
        "members.csv": "person,account,role\nu1,A,admin\nu2,A,\nu2,B,\n",
        "usage.csv": "id,user,day,what\n1,u1,2024-03-01,login\n2,u2,2024-03-01,login\n3,u3,2024-03-01,login\n",
    }
    report = run(write(tmp_path / "in", files), wanted)
    assert counts(report)["members.csv"] == (3, 3, 0, 0, 0)
    assert counts(report)["usage.csv"] == (3, 1, 0, 0, 2)
    assert [sample.reason for sample in report.files[3].samples] == [
        "the person “u2” belongs to 2 accounts",
        "the person “u3” belongs to no account",
    ]
    assert counts(run(tmp_path / "in", wanted))["members.csv"] == (3, 0, 0, 3, 0)


def test_owners_are_members_of_the_team(tmp_path: Path, ana: Member) -> None:
    wanted = source_map(accounts={"file": "accounts.csv", "accounts": {"key": "id", "owner": "csm"}})
    text = f"id,csm\nA,{ana.user.email.upper()}\nB,nobody@acme.example\n"
    report = run(write(tmp_path / "in", {"accounts.csv": text}), wanted)
    assert report.files[0].warnings == {"the owner is no member of this workspace": 1}
    assert list(OwnerAssignment.objects.values_list("account__external_id", "role", "member")) == [("A", "csm", ana.pk)]
    assert counts(run(tmp_path / "in", wanted)) == {"accounts.csv": (2, 0, 0, 2, 0)}


def test_nothing_is_imported_when_a_file_lacks_a_column(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", {**FILES, "usage.csv": "account,day,waht,n\nA,2024-03-01,login,2\n"})
    with pytest.raises(CannotImport) as refused:
        run(folder, SHOP)
    assert refused.value.problems == (Problem("there is no column `what`; did you mean `waht`?", where="usage.csv"),)
    assert Account.objects.count() == 0
    assert ImportRun.objects.get().status == "failed"


def test_files_that_fit_no_entry_are_told_and_none_at_all_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", {**FILES, "more.csv": "a\n1\n", "notes.md": "x"})
    assert run(folder, SHOP).unmapped == ("more.csv",)
    with pytest.raises(CannotImport, match="None of the map's files"):
        run(write(tmp_path / "empty", {"other.csv": "a\n"}), SHOP)
    with pytest.raises(CannotImport, match="There is no file or folder"):
        run(tmp_path / "nowhere", SHOP)


def test_a_day_is_the_workspaces_day(tmp_path: Path, workspace: Workspace) -> None:
    workspace.timezone = "Asia/Tokyo"
    workspace.save()
    text = "account,day,what,n\nA,2024-03-01T20:00:00Z,login,1\nA,2024-03-01,login,1\n"
    run(write(tmp_path / "in", {**FILES, "usage.csv": text}), SHOP)
    assert standing("e.day, strftime(e.at, '%d %H:%M')")[2:] == [
        (date(2024, 3, 1), "29 15:00"),
        (date(2024, 3, 2), "01 20:00"),
    ]

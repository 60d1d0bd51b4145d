"""A first map from names, types, uniqueness and overlap, that imports what it was guessed from."""

from pathlib import Path

import pytest

from tenure.ingest.contracts import CannotImport
from tenure.ingest.guess import guess_map
from tenure.ingest.maps import parse_map
from tenure.ingest.tests.importing import counts, run, write
from tenure.tenants.models import Member

COMPANIES = "Id;Company Name;Created;Industry;Status\n" + "".join(
    f"{i};Company {i};{i % 28 + 1:02d}.03.2023;Retail;active\n" for i in range(1, 40)
)
USERS = "user_id;e-mail;full name;company;joined\n" + "".join(
    f"u{i};u{i}@c.example;User {i};{i % 39 + 1};{i % 28 + 1:02d}.04.2023\n" for i in range(1, 60)
)
LOG = "user;action;timestamp;duration (min)\n" + "".join(
    f"u{i % 59 + 1};{'login' if i % 2 else 'export'};2023-05-{i % 28 + 1:02d} 10:{i % 60:02d};{i % 9},5\n"
    for i in range(200)
)
INVOICES = "invoice_no;company_id;invoice_date;due_date;paid_date;amount\n" + "".join(
    f"R-{i};{i % 39 + 1};05.06.2023;20.06.2023;{'' if i % 3 else '13.06.2023'};1.2{i % 10}0,50\n" for i in range(1, 50)
)


@pytest.mark.django_db
def test_files_with_other_words_and_notations(tmp_path: Path, workspace: object, ana: Member) -> None:
    folder = write(
        tmp_path / "crm",
        {"companies.csv": COMPANIES, "users.csv": USERS, "activity_log.csv": LOG, "invoices.csv": INVOICES},
    )
    guessed = guess_map(folder)
    files = guessed.body["files"]
    assert isinstance(files, dict)
    assert files["companies"]["accounts"] == {
        "key": {"column": "Id"},
        "name": {"column": "Company Name"},
        "started_on": {"column": "Created", "format": ["%d.%m.%Y"]},
        "traits": {"industry": {"column": "Industry"}},
    }
    assert files["users"]["people"] == {
        "key": {"column": "user_id"},
        "account": {"column": "company"},
        "name": {"column": "full name"},
        "email": {"column": "e-mail"},
        "started_on": {"column": "joined", "format": ["%d.%m.%Y"]},
    }
    assert files["activity_log"]["events"] == [
        {
            "key": ["*"],
            "account": {"via": "users", "on": "user"},
            "person": {"column": "user"},
            "at": {"column": "timestamp"},
            "name": {"column": "action"},
            "seconds": {"column": "duration (min)", "decimal": ",", "unit": "minutes"},
        }
    ]
    assert files["invoices"]["invoices"] == {
        "key": ["invoice_no"],
        "account": {"column": "company_id"},
        "issued": {"column": "invoice_date", "format": ["%d.%m.%Y"]},
        "due": {"column": "due_date", "format": ["%d.%m.%Y"]},
        "paid": {"column": "paid_date", "format": ["%d.%m.%Y"]},
        "amount": {"column": "amount", "decimal": ","},
    }
    assert "# not used: Status" in guessed.yaml
    report = run(folder, parse_map(guessed.yaml.encode(), where="guessed"))
    assert counts(report) == {
        "companies.csv": (39, 39, 0, 0, 0),
        "users.csv": (59, 59, 0, 0, 0),
        "invoices.csv": (49, 49, 0, 0, 0),
        "activity_log.csv": (200, 200, 0, 0, 0),
    }


def test_without_a_file_of_accounts_the_file_that_names_them_makes_them(tmp_path: Path) -> None:
    text = "event_id,customer_id,day,feature\n" + "".join(
        f"e{i},c{i % 5},2024-03-0{i % 9 + 1},f{i % 3}\n" for i in range(30)
    )
    guessed = guess_map(write(tmp_path / "x", {"usage.csv": text}))
    assert guessed.body["files"] == {
        "usage": {
            "file": "usage.csv",
            "accounts": {"key": {"column": "customer_id"}},
            "events": [
                {
                    "key": ["event_id"],
                    "account": {"column": "customer_id"},
                    "at": {"column": "day"},
                    "name": {"column": "feature"},
                }
            ],
        }
    }


def test_parts_of_one_file_are_one_entry(tmp_path: Path) -> None:
    head = "event_id,customer_id,at,errors\n"
    parts = {f"usage_2024-0{m}.csv": head + f"e{m},c1,2024-0{m}-01,0\nf{m},c2,2024-0{m}-02,1\n" for m in (1, 2, 3)}
    guessed = guess_map(write(tmp_path / "x", {**parts, "churn.csv": "account,day\n"}))
    assert guessed.body["files"] == {
        "usage": {
            "file": "usage_*.csv",
            "accounts": {"key": {"column": "customer_id"}},
            "events": [
                {
                    "key": ["event_id"],
                    "account": {"column": "customer_id"},
                    "at": {"column": "at"},
                    "name": {"constant": "usage"},
                    "errors": {"column": "errors"},
                }
            ],
        }
    }
    assert "# churn.csv: has no rows" in guessed.yaml


def test_nothing_to_guess_from_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match="There is no CSV"):
        guess_map(write(tmp_path / "a", {"notes.md": "x"}))
    with pytest.raises(CannotImport, match="No file looks like customers"):
        guess_map(write(tmp_path / "b", {"colours.csv": "hue,shade\n1,2\n"}))
    with pytest.raises(CannotImport, match="There is no file or folder"):
        guess_map(tmp_path / "nowhere")

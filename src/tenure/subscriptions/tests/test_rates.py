"""Exchange rates from files: all of them or none, each wrong line named."""

from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from tenure.base.refusals import Invalid
from tenure.cli.commands import rates as rates_command
from tenure.subscriptions import actions, queries
from tenure.subscriptions.models import ExchangeRate
from tenure.tenants.models import AuditEntry, Workspace


def file(folder: Path, text: str) -> Path:
    path = folder / "rates.csv"
    path.write_text(text, encoding="utf-8")
    return path


def kept() -> list[tuple[str, str, Decimal]]:
    return [
        (row.currency, row.day.isoformat(), row.rate.normalize())
        for row in ExchangeRate.objects.order_by("currency", "day")
    ]


def test_rates_are_set_and_set_again(workspace: Workspace, tmp_path: Path) -> None:
    text = "day,currency,rate\n2024-01-01,eur,1.10\n2024-02-01,EUR,1.2\n2024-01-01,JPY,0.0068\n2024-02-01,EUR,1.15\n"
    assert actions.import_rates(file(tmp_path, text), by=None) == 4
    expected = [
        ("EUR", "2024-01-01", Decimal("1.1")),
        ("EUR", "2024-02-01", Decimal("1.15")),
        ("JPY", "2024-01-01", Decimal("0.0068")),
    ]
    assert kept() == expected
    actions.import_rates(file(tmp_path, text), by=None)
    assert kept() == expected
    assert AuditEntry.objects.filter(action="rates.set", object="EUR, JPY").count() == 2


def test_wrong_lines_are_named_and_nothing_is_set(workspace: Workspace, tmp_path: Path) -> None:
    text = "currency,day,rate\nEUR,2024-01-01,1.1\nEUR,1 Feb,1.1\n\nEUR,2024-03-01,=1+1\n"
    with pytest.raises(Invalid) as refused:
        actions.import_rates(file(tmp_path, text), by=None)
    assert [(problem.where, problem.message) for problem in refused.value.problems] == [
        ("rates.csv:3", "'1 Feb' is not a day such as 2026-01-31"),
        ("rates.csv:5", "'=1+1' is not a number such as 1.0834"),
    ]
    assert kept() == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("currency,rate\nEUR,1\n", "needs the columns currency, day, rate; it lacks day"),
        ("currency,day,rate\n", "has no rates in it"),
        ("currency,day,rate\nEURO,2024-01-01,1\n", "No rate was set"),
        ("currency,day,rate\nEUR,2024-01-01,0\n", "No rate was set"),
        ("currency,day,rate\nEUR,2024-01-01,NaN\n", "No rate was set"),
        ("currency,day,rate\nEUR,2024-01-01\n", "No rate was set"),
    ],
)
def test_what_is_no_file_of_rates_is_refused(workspace: Workspace, tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        actions.import_rates(file(tmp_path, text), by=None)
    assert kept() == []


def test_a_file_that_is_not_there_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        actions.import_rates(tmp_path / "none.csv", by=None)


def test_the_command_sets_and_lists(acme: Workspace, tmp_path: Path) -> None:
    path = file(tmp_path, "currency,day,rate\nEUR,2024-01-01,1.1\n")
    result = CliRunner().invoke(rates_command.command, [str(path), "--workspace", "acme"])
    assert result.stdout.splitlines() == [
        "1 rate set. The next `tenure run` counts with them.",
        "currency  subscriptions  rates  latest  since",
        "EUR                   0      1  1.1     2024-01-01",
    ]


def test_a_currency_without_a_rate_comes_first(workspace: Workspace, tmp_path: Path) -> None:
    actions.import_rates(file(tmp_path, "currency,day,rate\nEUR,2024-01-01,1.1\nEUR,2024-05-01,1.2\n"), by=None)
    (row,) = queries.currencies("USD")
    assert (row.currency, row.rates, row.latest and row.latest.rate) == ("EUR", 2, Decimal("1.2"))

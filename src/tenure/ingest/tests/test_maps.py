"""A map is refused with its line and what is expected; a good one survives storage as a definition."""

from pathlib import Path

import pytest

from tenure.definitions import actions as definitions
from tenure.definitions import queries
from tenure.definitions.contracts import WrongDocument
from tenure.ingest.maps import WrongMap, parse_map, read_map
from tenure.tenants import queries as tenants
from tenure.tenants.models import Member

RAVENSTACK = Path(__file__).parents[4] / "examples" / "ravenstack" / "map.yaml"

WRONG = """\
source: shop
files:
  accounts:
    file: a.csv
    accounts:
      key: id
      nmae: x
  usage:
    file: u.csv
    events:
      key: id
      at: day
      name: what
      seconds: {column: d, unit: minuts}
      account: {via: accounts}
"""


def problems(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(WrongMap) as refused:
        parse_map(text.encode(), where="map.yaml")
    return [(problem.line, problem.message) for problem in refused.value.problems]


def test_each_problem_has_its_line_and_what_is_expected() -> None:
    assert problems(WRONG) == [
        (7, "files.accounts.accounts.nmae: is not known here; did you mean 'name'?"),
        (
            15,
            "files.usage.events.account: expected a column, or both `via` (an entry under files)"
            " and `on` (a column here)",
        ),
        (14, "files.usage.events.seconds.unit: expected 'milliseconds', 'seconds', 'minutes', 'hours' or 'days'"),
    ]


def one(body: str) -> str:
    return "source: shop\nfiles:\n  a:\n    file: a.csv\n    accounts: {key: id}\n" + body


def churn(name: str, *, key: str = "k", account: str = "id") -> str:
    return f"  {name}: {{file: {name}, churn: {{key: {key}, account: {account}, at: d}}}}\n"


B_VIA_C, C_VIA_B = churn("b", account="{via: c, on: x}"), churn("c", account="{via: b, on: x}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("files: {}\n", "source: is missing"),
        (one("  b:\n    file: b.csv\n"), "expected at least one of: accounts, people"),
        (one("timezone: Mars\n"), "expected an IANA time zone such as Europe/Berlin"),
        (one("currency: Euro\n"), "[A-Z]{3}"),
        (one(B_VIA_C), "there is no entry `c` under files"),
        (one(churn("b", key="[k, l]") + C_VIA_B), "`b` has no single key column"),
        (one(B_VIA_C + C_VIA_B), "the way goes round in a circle: b → c → b"),
        (one("  b: {file: b, events: {key: k, at: d, name: n}}\n"), "expected account, or person, or both"),
        (
            one(
                "  b: {file: b, events: [{key: k, account: a, at: d, name: n}, {key: k, person: p, at: d, name: m}]}\n"
            ),
            "expected a constant name in each",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, expected: str) -> None:
    assert expected in problems(text)[0][1] + problems(text)[-1][1]


def test_no_yaml_and_no_file() -> None:
    with pytest.raises(WrongDocument):
        parse_map(b"a: [", where="map.yaml")
    with pytest.raises(WrongMap, match="cannot be read"):
        read_map(Path("/nowhere/map.yaml"))


@pytest.mark.django_db
def test_a_map_is_a_definition_like_others(workspace: object, ana: Member) -> None:
    wanted = read_map(RAVENSTACK)
    by = tenants.members_by_id([ana.pk])[ana.pk]
    body = wanted.model_dump(mode="json", exclude_defaults=True)
    definitions.save_draft(kind="source_map", key="ravenstack", body=body, by=by)
    definitions.publish(kind="source_map", key="ravenstack", by=by)
    assert [each.body for each in queries.published("source_map")] == [wanted]

"""What tells accounts apart, over rows made by hand."""

import pyarrow as pa
import pytest

from tenure.base.refusals import Invalid, NotFound
from tenure.measures.contracts import Catalogue, Field, Level
from tenure.measures.language import ExpressionError
from tenure.revenue import grouping
from tenure.revenue.groups import Groups


def field(key: str, of_type: str, level: Level = "raw", kind: str = "attribute") -> Field:
    return Field(key, "account", of_type, level, kind, label=key.capitalize())  # type: ignore[arg-type]


KNOWN = Catalogue(
    "account",
    (
        field("plan", "text"), field("logins", "number", "measure"), field("trial", "boolean"), field("tags", "list"),
        field("late", "boolean", "derived", "segment"),
    ),
)  # fmt: skip
ROWS = pa.table(
    {
        "id": [1, 2, 3, 4],
        "plan": ["Pro", None, "Basic", "Pro"],
        "logins": [0.0, 5.0, None, 20.0],
        "trial": [True, False, None, False],
        "in__late": [True, None, False, True],
    }
)


def named(found: Groups) -> list[str | None]:
    return [found.names[code] for code in found.codes]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("plan", ["Pro", None, "Basic", "Pro"]),
        ("logins", ["0", "5", None, "20"]),
        ("logins:5,20", ["under 5", "5 to under 20", None, "20 or more"]),
        ("logins : 1", ["under 1", "1 or more", None, "1 or more"]),
        ("trial", ["Yes", "No", None, "No"]),
        ("segment:late", ["In “Late”", "All others", "All others", "In “Late”"]),
        ("plan = 'Pro' and logins > 1", ["All others", "All others", "All others", "Fits"]),
    ],
)
def test_the_group_of_each_account(by: str, expected: list[str | None]) -> None:
    assert named(grouping.read(by, KNOWN).of(ROWS)) == expected


def test_a_column_that_is_not_there_is_not_known() -> None:
    assert named(grouping.read("plan", KNOWN).of(ROWS.select(["id"]))) == [None] * 4


@pytest.mark.parametrize(
    ("by", "refusal", "says"),
    [
        ("colour", NotFound, "a segment is written segment:key"),
        ("segment:gone", NotFound, "There is no segment 'gone'"),
        ("colour:5", NotFound, "There is no field 'colour'"),
        ("plan:5", Invalid, "take plan alone"),
        ("logins:5,5", Invalid, "Edges of bands rise"),
        ("logins:1.2.3", Invalid, "Edges of bands are numbers"),
        ("tags", Invalid, "Write a condition instead"),
        ("plan = ", ExpressionError, "Something is missing"),
    ],
)
def test_what_says_nothing_is_refused_with_what_to_do(by: str, refusal: type[Exception], says: str) -> None:
    with pytest.raises(refusal, match=says):
        grouping.read(by, KNOWN)

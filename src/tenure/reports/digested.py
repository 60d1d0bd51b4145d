"""In the digest of who answers for a metric: that it misses its target."""

from tenure.base import written
from tenure.digests.contracts import Line, Reader, Section
from tenure.reports import queries, wording
from tenure.reports.contracts import Reading
from tenure.tenants.queries import here


def missed(reader: Reader) -> Section | None:
    """The metrics that the reader answers for and that missed their target in the last month that is over."""
    found = queries.missed_by(reader.member.id, reader.as_of)
    return Section("Targets missed", tuple(map(_line, found)), 0, "executive/") if found else None


def _line(reading: Reading) -> Line:
    currency, metric = here().currency, reading.metric
    value, target = wording.write(metric, reading.value, currency), wording.target(metric, reading.target, currency)
    months = sum(1 for month, _ in reading.series if reading.missed_since and month >= reading.missed_since)
    return Line(
        f"{metric.label}: {value}, target {target}", "executive/", f"missed for {written.count(months, 'month')}"
    )

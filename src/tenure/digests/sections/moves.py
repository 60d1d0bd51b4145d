"""Accounts of the reader that moved into the lowest band or out of it, with what moved them."""

from tenure.digests.contracts import Line, Reader, Section
from tenure.digests.sections import MOST
from tenure.health import queries as health
from tenure.health.crossings import Crossing, crossings, reasons_of

REASONS = 2


def in_and_out_of_red(reader: Reader) -> Section | None:
    """Since the last digest; who fell comes first."""
    found = crossings(reader.as_of, (reader.day - reader.since).days, owners=[reader.member.id])
    if found is None or not (found.fell or found.rose):
        return None
    lines = (*(_line(each, "fell") for each in found.fell), *(_line(each, "recovered") for each in found.rose))
    title = f"In or out of “{found.band.label or found.band.key}”"
    return Section(title, lines[:MOST], max(len(lines) - MOST, 0), "accounts/")


def _line(found: Crossing, verb: str) -> Line:
    change, write = found.change, health.score_writer()
    why = "; ".join(f"{words} ({effect:+d})" for effect, words in reasons_of(change)[:REASONS])
    what = f"{verb} from {write(change.then)} to {write(change.now)}" if change else verb
    return Line(found.name, f"accounts/{found.account}/", f"{what}: {why}" if why else what)

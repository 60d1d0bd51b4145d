"""`docs/sending-events.md` names every answer and every reason."""

import re
from pathlib import Path

from tenure.base.refusals import Refusal
from tenure.ingest.inbox import Busy, Full
from tenure.ingest.messages import REASONS
from tenure.ingest.receiving import refusals, wsgi

TEXT = (Path(__file__).parents[5] / "docs" / "sending-events.md").read_text()
# Of bodies: each is raised by the dialect with its own code.
BODIES = {"bad_json", "no_batch", "not_an_object", "too_many_events", "wrong_dialect"}


def test_every_answer_is_told_with_its_status() -> None:
    told: dict[str, str] = {}
    for line in TEXT.splitlines():
        if found := re.match(r"\| ([\d, ]+) \| (`.+?`) \|", line):
            told |= dict.fromkeys(re.findall(r"`(\w+)`", found[2]), found[1])
    raised = [kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, Refusal)]
    kinds: list[type[Refusal]] = [kind for kind in (*raised, Busy, Full, wsgi._Bug) if kind is not Refusal]
    assert set(told) == {kind.code for kind in kinds} | BODIES
    assert [kind.code for kind in kinds if str(kind.status) not in told[kind.code]] == []


def test_every_reason_is_told() -> None:
    table = TEXT.partition("| `reason` | means |")[2]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(REASONS)

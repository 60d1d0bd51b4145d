"""`docs/facts-api.md` works as written, and names every answer and every field."""

import json
import re
from pathlib import Path

from tenure.base.refusals import Refusal
from tenure.customers import actions as customers
from tenure.customers.contracts import AccountUpsert
from tenure.ingest.facts import kinds, refusals
from tenure.ingest.facts.tests.sending import counts, post

TEXT = (Path(__file__).parents[5] / "docs" / "facts-api.md").read_text()
# Of what is shared with events over HTTP, and of Django.
SHARED = {"no_key": 401, "unknown_key": 401, "too_large": 413, "unsupported_encoding": 415, "rate_limited": 429,
          "unavailable": 503, "unknown_path": 404, "wrong_method": 405, "error": 500}  # fmt: skip


def test_the_examples_are_taken_in(key: str) -> None:
    customers.upsert_accounts([AccountUpsert("acme")])
    sent = re.findall(r"/api/v1/facts/([a-z-]+) -d '(.+?)'\n", TEXT, re.DOTALL)
    assert [(kind, counts(post(kind, body.encode(), key=key))) for kind, body in sent] == [
        ("subscriptions", (2, 2, 0, 0, 0)),
        ("invoices", (2, 2, 0, 0, 0)),
        ("tickets", (1, 1, 0, 0, 0)),
        ("survey-answers", (1, 1, 0, 0, 0)),
        ("churn", (1, 1, 0, 0, 0)),
    ]
    assert json.loads(sent[0][1])["rows"][1]["effective_on"] == "2026-06-01"


def test_every_answer_is_told_with_its_status() -> None:
    told: dict[str, int] = {}
    for line in TEXT.splitlines():
        if found := re.match(r"\| (\d+) \| (`.+?`) \|", line):
            told |= dict.fromkeys(re.findall(r"`(\w+)`", found[2]), int(found[1]))
    own = [kind for kind in vars(refusals).values() if isinstance(kind, type) and kind.__module__ == refusals.__name__]
    assert told == {**SHARED, **{kind.code: kind.status for kind in own if issubclass(kind, Refusal)}}


def test_every_field_is_told() -> None:
    for kind in (kinds.SUBSCRIPTIONS, kinds.INVOICES, kinds.TICKETS, kinds.SURVEY_ANSWERS, kinds.CHURN):
        (line,) = re.findall(rf"^\| `{kind.name}` \|.+$", TEXT, re.MULTILINE)
        said = set(re.findall(r"`(\w+)`", line)) - {"monthly", "annual", "nps", "csat", "ces"}
        assert said - {"churn", kind.name} == set(kind.row.model_fields) - {"external_id"}

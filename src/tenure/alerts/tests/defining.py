"""Rules in force, alerts, and beliefs about a small company, for tests."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa

from tenure.alerts import jobs
from tenure.alerts.models import Alert
from tenure.base import tenancy
from tenure.base.cycle import StageReport, StageRun
from tenure.definitions.actions import publish_body
from tenure.health import current
from tenure.health.tests import company
from tenure.tenants.models import Workspace

TO_RISK = {"kind": "band", "to": ["risk"], "out_of": ["healthy", "watch"]}


def rule(key: str, when: Mapping[str, object] | str = TO_RISK, **body: object) -> None:
    """Publish one; a text is a condition."""
    asked = {"kind": "condition", "condition": when} if isinstance(when, str) else dict(when)
    whole = {"name": key, "type": "risk", "reason": f"Because of {key}", "when": asked, **body}
    publish_body(kind="alert_rule", key=key, by=None, body=whole)


def cycle(workspace: Workspace, *, history: bool = False) -> StageReport:
    """Run the stage once."""
    run = StageRun(workspace.pk, workspace.slug, workspace.as_of or company.AS_OF, (), history=history)
    return jobs.alerts_stage(run)


def believed(workspace: Workspace, *, days: int = 1, **columns: Mapping[int, object]) -> None:
    """So many days later: what the columns say of accounts; of those that are not named what they said before."""
    state = current.latest(workspace.slug)
    assert state is not None
    workspace.as_of = state.as_of + timedelta(days=days)
    workspace.save()
    table = state.table
    for name, values in columns.items():
        old = table[name].to_pylist() if name in table.column_names else [None] * table.num_rows
        new = [values.get(int(pk), was) for pk, was in zip(state.ids.tolist(), old, strict=True)]
        kind = table.schema.field(name).type if name in table.column_names else None
        table = table.drop_columns([name]) if name in table.column_names else table
        table = table.append_column(name, pa.array(new, kind))
    changed = replace(
        state, table=table, as_of=workspace.as_of, made_at=state.made_at + timedelta(minutes=1), marks=state.marks
    )
    current.write(workspace.slug, changed)
    tenancy.forget()


def alert(account: int | None = None, **fields: object) -> Alert:
    """An open alert of a rule, with plain figures."""
    given = {
        "account_id": account, "rule": "quiet", "rule_version": 1, "type": "risk", "reason": "Quiet",
        "priority": "normal", "state": "open", "due_on": date(2025, 1, 5), "opened_on": company.AS_OF,
        "opened_at": "2024-12-31T12:00:00Z", "last_seen_on": company.AS_OF, "mrr_minor": 10_000, "chance": 0.2,
        "urgency": 1.0, "value_minor": 24_000, "ranked_on": company.AS_OF, **fields,
    }  # fmt: skip
    return Alert.objects.create(**given)

"""How a plan of definitions is told, on the terminal and as JSON."""

import json
from collections.abc import Mapping

import click

from tenure.definitions.yamlio import Plan

_SIGNS = {"created": "+", "changed": "~", "removed": "-", "kept": "?", "unchanged": " "}
_WIDEST = 70


def plan_as_json(plan: Plan) -> Mapping[str, object]:
    """`{definitions: [{kind, key, action, changes: [{path, before, after}]}], created, changed, removed, …}`."""
    return {
        "definitions": [
            {
                "kind": each.kind,
                "key": each.key,
                "action": each.action,
                "changes": [{"path": c.path, "before": c.before, "after": c.after} for c in each.changes],
            }
            for each in plan.definitions
        ],
        **{action: plan.count(action) for action in ("created", "changed", "removed", "kept", "unchanged")},
    }


def show_plan(plan: Plan, *, applied: bool) -> None:
    """One line a definition that changes, its fields below; last the sum."""
    for each in plan.definitions:
        if each.action in ("unchanged", "kept"):
            continue
        click.echo(f"{_SIGNS[each.action]} {each.kind} {each.key}: {each.action}")
        for change in each.changes if each.action == "changed" else ():
            click.echo(f"    {change.path}: {_value(change.before)} → {_value(change.after)}")
    kept = [f"{each.kind} {each.key}" for each in plan.definitions if each.action == "kept"]
    if kept:
        click.echo(f"? not in the folder, kept (--prune archives them): {', '.join(kept)}")
    said = "Applied" if applied else "Would apply"
    click.echo(
        f"{said}: {plan.count('created')} created, {plan.count('changed')} changed, {plan.count('removed')} removed, "
        f"{plan.count('unchanged')} unchanged."
    )


def _value(value: object) -> str:
    if value is None:
        return "(nothing)"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"

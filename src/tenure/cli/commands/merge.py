"""`tenure merge`: two accounts or people that are one, and splitting them again."""

from dataclasses import asdict

import click

from tenure.cli import output, workspaces
from tenure.customers import actions, queries
from tenure.customers.contracts import MergeRow, MergeView
from tenure.health.words import day


@click.group()
def command() -> None:
    """Make one account (or person) of two, or two again.

    Accounts and people are named by their ids in your systems. The log stays as it is: a merge is known from the
    workspace's day on, and what was computed for earlier days stays. The next `tenure run` counts with it.

    Exit codes: 0 done, 1 refused and nothing changed, 2 wrong use.
    """


@command.command()
@click.argument("stays")
@click.argument("other")
@workspaces.workspace_option
@workspaces.json_option
def accounts(stays: str, other: str, workspace_slug: str | None, json_output: bool) -> None:
    """From today on OTHER is the same customer as STAYS, which keeps its name, its owner and its parent."""
    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug):
        into, absorbed = (queries.by_external_id("account", each) for each in (stays, other))
        _told(actions.merge_accounts(absorbed=absorbed, into=into, by=None), json_output=json_output)


@command.command()
@click.argument("stays")
@click.argument("other")
@workspaces.workspace_option
@workspaces.json_option
def people(stays: str, other: str, workspace_slug: str | None, json_output: bool) -> None:
    """From today on OTHER is the same person as STAYS, who keeps name and address."""
    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug):
        into, absorbed = (queries.by_external_id("person", each) for each in (stays, other))
        _told(actions.merge_people(absorbed=absorbed, into=into, by=None), json_output=json_output)


@command.command()
@click.argument("merge", type=int, metavar="NUMBER")
@workspaces.workspace_option
@workspaces.json_option
def undo(merge: int, workspace_slug: str | None, json_output: bool) -> None:
    """Split what the merge of this NUMBER joined (see `tenure merge list`): each has again what is its own."""
    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug):
        _told(actions.undo_merge(merge=merge, by=None), json_output=json_output)


@command.command(name="list")
@workspaces.workspace_option
@workspaces.json_option
def listed(workspace_slug: str | None, json_output: bool) -> None:
    """The merges that were made, newest first, undone ones too."""
    with output.refusing(json_output=json_output), workspaces.chosen(workspace_slug) as view:
        rows = queries.all_merges()
    if json_output:
        output.as_json({"workspace": view.slug, "merges": [asdict(row) for row in rows]})
        return
    if not rows:
        click.echo("Nothing was merged yet.")
        return
    output.as_table([_row(row) for row in rows], ["number", "kind", "stays", "other", "from", "until", "by"])


def _row(row: MergeRow) -> dict[str, object]:
    made = row.merge
    return {
        "number": made.id, "kind": made.entity, "stays": row.survivor_name, "other": row.absorbed_name,
        "from": made.on, "until": made.until, "by": row.by or None,
    }  # fmt: skip


def _told(merge: MergeView, *, json_output: bool) -> None:
    """Inside the workspace."""
    if json_output:
        output.as_json(asdict(merge))
        return
    row = queries.merge(merge.id)
    assert row is not None
    if merge.until is None:
        click.echo(f"{row.absorbed_name} is part of {row.survivor_name} from {day(merge.on)} on.")
        click.echo(f"Undo it with `tenure merge undo {merge.id}`.")
    else:
        click.echo(f"{row.absorbed_name} and {row.survivor_name} are two again from {day(merge.until)} on.")

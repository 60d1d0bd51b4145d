"""`tenure mails`: mails to the team and to those invited that could not be sent."""

from dataclasses import asdict

import click

from tenure.base import mail
from tenure.cli import output
from tenure.cli.workspaces import json_option


@click.command()
@click.option("--again", is_flag=True, help="Try those that were given up from the beginning.")
@click.option("--drop", is_flag=True, help="Forget those that were given up: nobody gets them.")
@json_option
def command(again: bool, drop: bool, json_output: bool) -> None:
    """List mails of all workspaces that were given up after ten tries, and those that wait after an error.

    Exit codes: 0 done, 2 wrong use.
    """
    if again and drop:
        raise click.UsageError("Say --again or --drop, not both.")
    number = mail.try_again() if again else mail.drop() if drop else None
    given_up, waiting = mail.failures(), mail.failures(given_up=False)
    if json_output:
        output.as_json({
            "changed": number,
            "given_up": [asdict(each) for each in given_up],
            "waiting": [asdict(each) for each in waiting],
        })  # fmt: skip
        return
    if number is not None:
        told = "will be tried again by the worker" if again else "forgotten"
        click.echo(f"{number:,} {'mail' if number == 1 else 'mails'} {told}.")
    elif not given_up and not waiting:
        click.echo("No mail is waiting after an error, and none was given up.")
    rows = [{"state": "given up", **asdict(each)} for each in given_up]
    rows += [{"state": "waits", **asdict(each)} for each in waiting]
    if rows:
        output.as_table(rows, ["state", "to", "subject", "attempts", "queued_at", "error"])

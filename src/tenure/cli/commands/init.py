"""`tenure init`: prepare the database and found a workspace with its first owner."""

import secrets
from datetime import date, datetime

import click
from django.core.management import call_command

from tenure.cli import output
from tenure.ingest import inbox
from tenure.tenants import actions


@click.command()
@click.option("--workspace", "slug", required=True, metavar="SLUG", help="Its name in addresses: small letters, -.")
@click.option("--email", required=True, help="The first owner's address.")
@click.option("--password", default=None, help="At least ten characters; made and printed when left out.")
@click.option("--name", default="", help="The company's name.")
@click.option("--timezone", default="UTC", show_default=True, help="IANA name; days begin and end in it.")
@click.option("--currency", default="USD", show_default=True, help="ISO 4217.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Believe this day to be today.")
@click.option("--own-domain", "own_domains", multiple=True, help="Your own e-mail domain; repeatable.")
@click.option("--json", "json_output", is_flag=True, help="Answer as JSON on standard output.")
def command(
    slug: str,
    email: str,
    password: str | None,
    name: str,
    timezone: str,
    currency: str,
    as_of: datetime | None,
    own_domains: tuple[str, ...],
    json_output: bool,
) -> None:
    """Make a workspace: its first owner, a browser key (write_key) and a server key (secret_key).

    The keys are shown this once. Exit code 1: it exists already, or something given is wrong.
    """
    day: date | None = as_of.date() if as_of else None
    given = password or secrets.token_urlsafe(12)
    with output.refusing(json_output=json_output):
        call_command("migrate", verbosity=0, interactive=False)
        inbox.prepare()
        founded = actions.found_workspace(
            slug=slug, email=email, password=given, name=name, timezone=timezone, currency=currency, as_of=day,
            own_domains=own_domains,
        )  # fmt: skip
    answer = {"workspace": founded.workspace.slug, "write_key": founded.write_key, "secret_key": founded.secret_key}
    made = password is None and not founded.known_owner
    if json_output:
        output.as_json(answer if not made else {**answer, "password": given})
        return
    how = f" with {given}" if made else ", with the password you have" if founded.known_owner else ""
    click.echo(f"Workspace {slug} stands. Sign in as {email}{how}.")
    click.echo(f"Browser key  {founded.write_key}\nServer key   {founded.secret_key}\nBoth are shown only now.")
    click.echo(f"Next: tenure import PATH --map MAP.yaml --workspace {slug}")

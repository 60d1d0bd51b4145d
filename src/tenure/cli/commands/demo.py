"""`tenure demo`: a made-up vendor with its customers, imported as anybody's files are."""

import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import click
from django.core.management import call_command

from tenure.alerts import jobs as alerts
from tenure.base import clock, cycle, paths, tenancy
from tenure.base.refusals import Conflict
from tenure.cli import met, output, talked, tasked
from tenure.demo import actions as demo
from tenure.demo.contracts import Scenario
from tenure.demo.queries import team, vendor
from tenure.ingest import actions as ingest
from tenure.ingest import inbox, maps
from tenure.tenants import actions as tenants
from tenure.tenants import queries
from tenure.tenants.contracts import Role, WorkspaceView

ZONE = "UTC"
NEWS = timedelta(days=28)
"""What happened in so many days before the end is in the inboxes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered of a demo, in a file that only its user may read: the sign-in is shown again later."""

    workspace: str
    email: str
    password: str
    as_of: str
    accounts: int
    months: int
    seed: int
    loaded: bool = False

    @property
    def scenario(self) -> Scenario:
        """The company that was asked for."""
        return Scenario(
            end=date.fromisoformat(self.as_of), accounts=self.accounts, months=self.months, seed=self.seed
        )  # fmt: skip


@click.command()
@click.option("--accounts", default=400, show_default=True, type=click.IntRange(1), help="How many customers.")
@click.option("--months", default=18, show_default=True, type=click.IntRange(1, 60), help="How long a history.")
@click.option("--seed", default=7, show_default=True, help="Another seed is another company.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Where the data ends; by default today.")
@click.option("--workspace", "slug", default="demo", show_default=True, metavar="SLUG")
@click.option(
    "--write", "folder", type=click.Path(path_type=Path), default=None, help="Only write the files and their map here."
)
@click.option("--json", "json_output", is_flag=True, help="Answer as JSON on standard output.")
def command(
    accounts: int, months: int, seed: int, as_of: datetime | None, slug: str, folder: Path | None, json_output: bool
) -> None:
    """Load the demo company: 400 customers of a made-up vendor over 18 months, ending today.

    Run again, it is there already: nothing is loaded twice. Every account, name and address is invented.
    """
    end = as_of.date() if as_of else clock.today(ZONE)
    with output.refusing(json_output=json_output):
        if folder is not None:
            written = demo.write_files(Scenario(end=end, accounts=accounts, months=months, seed=seed), folder)
            answer: dict[str, object] = {"folder": str(written.folder), "map": str(written.map), "rows": written.rows}
            told = f"{written.rows:,} rows. Import them: tenure import {written.folder} --map {written.map}"
        else:
            name, _ = vendor()
            call_command("migrate", verbosity=0, interactive=False)
            inbox.prepare()
            kept = _load(slug, end if as_of else None, accounts=accounts, months=months, seed=seed)
            answer = {name: value for name, value in asdict(kept).items() if name != "loaded"}
            told = (
                f"\nThe demo company {name} stands as of {kept.as_of}."
                f"\n\n  sign in   {kept.email}\n  password  {kept.password}\n"
            )
    if json_output:
        output.as_json(answer)
    else:
        click.echo(told)


def _load(slug: str, end: date | None, *, accounts: int, months: int, seed: int) -> Kept:
    """Bring the demo to its end, from wherever an earlier run stopped."""
    kept = _recall(slug) or Kept(
        workspace=slug, email=team()[0].email, password=secrets.token_urlsafe(9), accounts=accounts, months=months,
        seed=seed, as_of=(end or clock.today(ZONE)).isoformat(),
    )  # fmt: skip
    wanted = (accounts, months, seed, end.isoformat() if end else kept.as_of)
    if wanted != (kept.accounts, kept.months, kept.seed, kept.as_of):
        raise Conflict(
            f"The workspace {slug!r} holds a demo with {kept.accounts} accounts over {kept.months} months, seed "
            f"{kept.seed}, as of {kept.as_of}. Load another one beside it: tenure demo --workspace OTHER …"
        )
    if not kept.loaded:
        _remember(kept)
        view = _found(kept)
        with tenancy.workspace(view.id):
            _join_team()
            _import(kept)
            talked.write(kept.scenario)
            tasked.write(kept.scenario)
            _settle(view, kept.scenario)
            met.write(kept.scenario)
        kept = replace(kept, loaded=True)
        _remember(kept)
    return kept


def _found(kept: Kept) -> WorkspaceView:
    """The workspace, founded when it is not there yet."""
    found = [view for view in queries.workspaces() if view.slug == kept.workspace]
    if found:
        return found[0]
    owner, (name, domain) = team()[0], vendor()
    return tenants.found_workspace(
        slug=kept.workspace, email=kept.email, password=kept.password, name=name, owner_name=owner.name,
        timezone=ZONE, currency="USD", as_of=date.fromisoformat(kept.as_of), own_domains=[domain],
    ).workspace  # fmt: skip


def _join_team() -> None:
    """The vendor's team. Nobody but the owner has a password."""
    owner = next(member for member in queries.members() if member.role is Role.OWNER)
    known = {member.email: member for member in queries.members()}
    for colleague in team()[1:]:
        if colleague.email not in known:
            role = Role(colleague.role)
            known[colleague.email] = tenants.add_member(email=colleague.email, name=colleague.name, role=role, by=owner)
    for colleague in team()[1:]:
        tenants.change_member(member=known[colleague.email].id, by=owner, manager=known[colleague.manager].id)


def _import(kept: Kept) -> None:
    with _scratch() as folder:
        _tell(f"Simulating {kept.accounts} customers over {kept.months} months")
        written = demo.write_files(kept.scenario, folder)
        _tell(f"Importing {written.rows:,} rows")
        report = ingest.import_path(written.folder, maps.read_map(written.map))
    if report.rejected:
        raise Conflict(f"The importer rejected {report.rejected} rows of the demo. That is a bug of ours.")


def _settle(view: WorkspaceView, scenario: Scenario) -> None:
    """Everything up to date as of the end, with the history before it."""
    _tell("Computing measures, scores and their history")
    run = cycle.StageRun(view.id, view.slug, as_of=scenario.end, days=(), history=True, full=True)
    for result in cycle.run_cycle(run):
        _tell(f"  {result.stage}: {result.rows:,} in {result.seconds:.1f} s {result.note}".rstrip())
    alerts.begin_from(scenario.end - NEWS)
    _tell(f"  alerts of the last {NEWS.days} days: {alerts.STAGE.run(run).rows:,}")


def _file(slug: str) -> Path:
    return paths.home() / "demo" / f"{slug}.json"


def _recall(slug: str) -> Kept | None:
    file = _file(slug)
    return Kept(**json.loads(file.read_text())) if file.exists() else None


def _remember(kept: Kept) -> None:
    file = _file(kept.workspace)
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, new = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(descriptor, "w") as handle:
        json.dump(asdict(kept), handle)
    Path(new).replace(file)


@contextmanager
def _scratch() -> Iterator[Path]:
    folder = paths.home() / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="demo-") as made:
        yield Path(made)


def _tell(step: str) -> None:
    click.echo(step, err=True)

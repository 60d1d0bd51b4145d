"""`tenure bench`: the benchmarks of the source tree, in a home folder of their own."""

import os
import subprocess
import sys
from pathlib import Path

import click

import tenure
from tenure.base import paths

NAMES = (
    "rollup", "recompute", "pages", "drain", "import", "ingest", "beside", "backtest", "whatif", "segments",
    "people", "workspace", "alerts", "retention",
)  # fmt: skip


@click.command()
@click.argument("name", type=click.Choice(NAMES))
@click.option("--accounts", type=int, help="Fewer or more accounts than the benchmark's own.")
@click.option("--events", type=int, help="Fewer or more events.")
@click.option("--months", type=int, help="Over how many months.")
@click.option("--repeat", type=int, help="How often each thing is measured; the median counts.")
@click.option("--window", type=int, help="Message ids that the drain has to remember.")
@click.option("--postgres", is_flag=True, help="On a PostgreSQL started for the run (ingest, workspace, alerts).")
@click.option("--json", "json_output", is_flag=True, help="Answer as JSON on standard output.")
def command(
    name: str,
    accounts: int | None,
    events: int | None,
    months: int | None,
    repeat: int | None,
    window: int | None,
    postgres: bool,
    json_output: bool,
) -> None:
    """Measure: the machine, medians, and the ratio to a rival in the same run.

    Made-up data is kept in `bench` inside the home folder for the next run; your own data is not touched.
    Exit code 1: the benchmarks come with the source tree, and this is not one.
    """
    root = Path(tenure.__file__).parents[2]
    if not (root / "benchmarks" / "__main__.py").exists():
        raise click.ClickException("The benchmarks come with the source tree: run this from a clone.")
    sizes = {
        "--accounts": accounts, "--events": events, "--months": months, "--repeat": repeat, "--window": window
    }  # fmt: skip
    flags = [f"--{flag}" for flag, given in (("postgres", postgres), ("json", json_output)) if given]
    options = [text for option, value in sizes.items() if value is not None for text in (option, str(value))]
    home = paths.home() / "bench"
    home.mkdir(exist_ok=True)
    kept = {key: value for key, value in os.environ.items() if key not in ("TENURE_DATABASE_URL", "TENURE_LAKE_URL")}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", name, *options, *flags],
        cwd=root,
        env={**kept, "TENURE_HOME": str(home)},
        check=False,
    )
    sys.exit(done.returncode)

"""`python -m benchmarks NAME …`; `tenure bench NAME` calls it with a home folder of its own."""

import argparse
import os
import shutil
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

import django

from tenure.cli import server
from tests.postgres import running

SIZES = ("accounts", "events", "months")
LARGE = {"accounts": 100_000, "events": 50_000_000, "months": 18}
DEFAULTS = {
    "rollup": {"accounts": 30_000, "events": 15_000_000, "months": 18},
    "recompute": LARGE,
    "pages": LARGE,
    "ingest": {"accounts": 50, "events": 1_000_000, "months": 1},
    "backtest": {"accounts": 10_000, "events": 42_000_000, "months": 22},
    "beside": {"accounts": 400, "events": 1_200_000, "months": 18},
    "drain": {"accounts": 1_000, "events": 500_000, "months": 1},
    "whatif": {"accounts": 10_000, "events": 6_000_000, "months": 14},
    "segments": {"accounts": 100_000, "events": 5_000_000, "months": 6},
    "people": LARGE,
    "alerts": {"accounts": 100_000, "events": 5_000_000, "months": 6},
    "workspace": {"accounts": 100_000, "events": 10_000_000, "months": 18},
    "insight": {"accounts": 100_000, "events": 10_000_000, "months": 18},
    "retention": {"accounts": 200_000, "events": 2_800_000, "months": 120},
    "import": {"accounts": 5_000, "events": 1_000_000, "months": 6},
}
_MODULES = {"import": "imports"}
_ON_POSTGRES = ("ingest", "workspace", "alerts", "insight")


def main() -> None:
    """Run one benchmark and show its report."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("name", choices=tuple(DEFAULTS))
    parser.add_argument("--json", action="store_true")
    for option in (*SIZES, "repeat", "window"):
        parser.add_argument(f"--{option}", type=lambda text: int(float(text)))
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    if given.window is not None and given.name != "drain":
        parser.error("Only the drain has a window.")
    if given.postgres and given.name not in _ON_POSTGRES:
        parser.error(f"Measured on PostgreSQL too: {', '.join(_ON_POSTGRES)}.")
    sizes = dict(DEFAULTS[given.name])
    sizes |= {key: value for key in (*SIZES, "repeat", "window") if (value := getattr(given, key)) is not None}
    # Ids of a world start at 1: each size has a database of its own.
    home = Path(os.environ["TENURE_HOME"], "-".join(str(sizes[key]) for key in SIZES))
    if given.postgres:  # its database is gone with the run
        home = home.with_name(f"{home.name}-postgres")
        shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    os.environ["TENURE_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenure.config.settings")
    if given.name in ("pages", "workspace", "insight"):  # as in a process that serves them
        for name, value in server.ANSWERING.items():
            os.environ.setdefault(name, value)
    with running(durable=True) if given.postgres else nullcontext() as url:
        if url is not None:
            os.environ["TENURE_DATABASE_URL"] = url
        django.setup()
        run = import_module(f"benchmarks.{_MODULES.get(given.name, given.name)}").run
        run(home, **sizes).show(as_json=given.json)


if __name__ == "__main__":
    main()

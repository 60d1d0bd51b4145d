"""`python -m benchmarks NAME …`; `tenure bench NAME` calls it with a home folder of its own."""

import argparse
import os
from importlib import import_module
from pathlib import Path

import django

NAMES = ("rollup", "recompute", "pages", "import")
_MODULES = {"import": "imports"}


def main() -> None:
    """Run one benchmark and show its report."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--json", action="store_true")
    for option in ("--accounts", "--events", "--months", "--repeat"):
        parser.add_argument(option, type=lambda text: int(float(text)))
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenure.config.settings")
    django.setup()
    sizes = {
        key: value for key in ("accounts", "events", "months", "repeat") if (value := getattr(given, key)) is not None
    }
    run = import_module(f"benchmarks.{_MODULES.get(given.name, given.name)}").run
    run(Path(os.environ["TENURE_HOME"]), **sizes).show(as_json=given.json)


if __name__ == "__main__":
    main()

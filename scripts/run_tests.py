"""`make test`: the quick suite on SQLite, the database's tests on PostgreSQL, the browser journeys.

All of them run, also after one has failed; the exit code says whether all passed. The last lines are
pytest's own summary.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from debian import install, say

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest"]
SUITES = (
    ("on SQLite", ["src", "tests", "--ignore=tests/browser"]),
    ("on PostgreSQL", ["src", "tests", "--ignore=tests/browser", "--postgres"]),
    ("in a browser", ["tests/browser", "-n2", "--dist=loadfile"]),
)


def _missing() -> list[str]:
    """Debian packages that the tests need and the machine lacks."""
    packages = []
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        packages += ["chromium", "fonts-liberation"]
    if not (list(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb")):
        packages.append("postgresql")
    return packages


def main() -> int:
    missing = _missing()
    if missing and not install(missing, why="The tests need a real browser and a real PostgreSQL"):
        return 1
    failed = []
    for where, arguments in SUITES:
        say(f"\n── Tests {where} " + "─" * 40)
        if subprocess.run([*PYTEST, *arguments], cwd=ROOT, check=False).returncode:
            failed.append(where)
    if failed:
        say(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

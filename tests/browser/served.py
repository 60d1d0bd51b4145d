"""The whole product, running: a demo company loaded and served, as a newcomer has it after `make demo`."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

START_TIMEOUT_S = 60
OTHER = "northwind"
MAP = """
source: crm
files:
  accounts:
    file: accounts.csv
    accounts: {key: id, name: name, started_on: since}
"""
ROOT = Path(__file__).resolve().parents[2]
TENURE = [sys.executable, "-m", "tenure.cli"]


@dataclass(frozen=True, slots=True)
class Served:
    """Where the product listens, and who may sign in. `other` is a workspace of the same owner that has accounts and
    no scores, `run` its import, which rejected rows, and `furniture` what else it was given, by name; `past` is a day a
    quarter before the demo's last."""

    url: str
    workspace: str
    email: str
    password: str
    other: str
    run: int
    furniture: Mapping[str, Mapping[str, int]]
    past: date
    home: Path

    def address(self, path: str, account: str) -> str:
        """A path of `pages`, with its places filled."""
        places = {"w": self.workspace, "account": account, "other": self.other, "run": self.run, "past": self.past}
        return self.url + path.format(**places, **self.furniture)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/accounts/login/", timeout=5):
                return
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"The sign-in page answers {error.code}:\n{log.read_text()[-3000:]}") from None
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{log.read_text()[-3000:]}")


def environment_of(home: Path) -> dict[str, str]:
    """The environment of commands that work in `home`, whatever the shell says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TENURE_")}
    return {**kept, "TENURE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tenure.config.settings"}


@contextmanager
def listening(home: Path, *, worker: bool = False) -> Iterator[str]:
    """Serve what is in `home` on a free loopback port until the block ends, perhaps with the worker; the address."""
    port = _free_port()
    log = home / "serve.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*TENURE, "serve", "--port", str(port), "--worker" if worker else "--no-worker"],
            env=environment_of(home),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(server, url, log)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=START_TIMEOUT_S)


@contextmanager
def serving(home: Path, *demo_options: str) -> Iterator[Served]:
    """Load the demo company into `home` and serve it until the block ends."""
    answer = json.loads(command(home, "demo", "--json", *demo_options))
    run = _other(home, answer["email"])
    furniture = _furnished(home)
    past = date.fromisoformat(answer["as_of"]) - timedelta(days=91)
    with listening(home) as url:
        yield Served(url, answer["workspace"], answer["email"], answer["password"], OTHER, run, furniture, past, home)


def command(home: Path, *arguments: str, accepted: tuple[int, ...] = (0,)) -> str:
    """Run `tenure …` in `home`; what it prints."""
    return _ran(home, [*TENURE, *arguments], accepted)


def _ran(home: Path, line: list[str], accepted: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(line, env=environment_of(home), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in accepted:
        raise RuntimeError(f"`{' '.join(line[2:])}` failed:\n{done.stderr[-3000:]}")
    return done.stdout


def _furnished(home: Path) -> dict[str, dict[str, int]]:
    """What no command makes, made in the second workspace; its numbers by name."""
    setting = "import django; django.setup(); from tests.browser.furniture import main"
    found: dict[str, dict[str, int]] = json.loads(_ran(home, [sys.executable, "-c", f"{setting}; main({OTHER!r})"]))
    return found


def _other(home: Path, email: str) -> int:
    """A second workspace of the demo's owner, with an import of which some rows were rejected; the import's id.

    A home that has it keeps it: its import is looked up by doing it again, which changes nothing.
    """
    command(home, "init", "--workspace", OTHER, "--email", email, "--json", accepted=(0, 1))
    files = home / "exports"
    files.mkdir(exist_ok=True)
    wrong = {3: "A-3,Alderbeck Freight,31.02.2024", 7: ",Nobody,2024-03-01", 12: "A-12,Halvik Castings,soon"}
    lines = [wrong.get(n, f"A-{n},Account {n},2024-03-{n % 28 + 1:02}") for n in range(40)]
    (files / "accounts.csv").write_text("\n".join(["id,name,since", *lines, ""]))
    (home / "map.yaml").write_text(MAP)
    said = command(
        home, "import", str(files), "--map", str(home / "map.yaml"), "--workspace", OTHER, "--json", accepted=(0, 3)
    )
    return int(json.loads(said)["run"])

"""The whole product, running: a demo company loaded and served, as a newcomer has it after `make demo`."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_TIMEOUT_S = 60
TENURE = [sys.executable, "-m", "tenure.cli"]


@dataclass(frozen=True, slots=True)
class Served:
    """Where the product listens, and who may sign in."""

    url: str
    workspace: str
    email: str
    password: str


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
    return {**kept, "TENURE_HOME": str(home)}


@contextmanager
def listening(home: Path) -> Iterator[str]:
    """Serve what is in `home` on a free loopback port until the block ends; the address."""
    port = _free_port()
    log = home / "serve.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*TENURE, "serve", "--port", str(port), "--no-worker"],
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
    loaded = subprocess.run(
        [*TENURE, "demo", "--json", *demo_options],
        env=environment_of(home),
        capture_output=True,
        text=True,
        check=False,
    )
    if loaded.returncode:
        raise RuntimeError(f"`tenure demo` failed:\n{loaded.stderr[-3000:]}")
    answer = json.loads(loaded.stdout)
    with listening(home) as url:
        yield Served(url, answer["workspace"], answer["email"], answer["password"])

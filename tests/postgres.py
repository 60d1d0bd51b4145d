"""A PostgreSQL for one test run, from the server binaries that the machine has."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_TIMEOUT_S = 60
# Nothing here has to survive a power cut, so nothing waits for the disk.
CAREFUL = ("max_connections=60", "shared_buffers=128MB")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", *CAREFUL)


class NoServer(RuntimeError):
    """No PostgreSQL server binaries on this machine."""


def binaries() -> Path:
    """The folder with `initdb` and `postgres`; Debian keeps it off PATH. The newest version wins."""
    debian = [found for found in Path("/usr/lib/postgresql").glob("*/bin") if (found / "initdb").exists()]
    if debian:
        return max(debian, key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise NoServer("PostgreSQL's server is missing: apt-get install postgresql")


def _unprivileged() -> str | None:
    """The user to run as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            # The port opens before the server takes connections; `initdb`'s own data is ready by then.
            if probe.connect_ex(("127.0.0.1", port)) == 0 and "ready to accept connections" in log.read_text():
                return
        time.sleep(0.05)
    raise NoServer(f"PostgreSQL did not start:\n{log.read_text()[-2000:]}")


@contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """Start a server with an empty cluster; yields its URL; stops it and removes its files. `durable`: what it has
    committed is on disk, as in earnest."""
    user, folder = _unprivileged(), Path(tempfile.mkdtemp(prefix="tenure-postgres-"))
    if user is not None:
        shutil.chown(folder, user)
    data, log, port = folder / "data", folder / "log", _free_port()
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    bin_folder = binaries()
    try:
        subprocess.run(
            [bin_folder / "initdb", "-D", data, "-U", "tenure", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=folder,
            env=environment,
            user=user,
        )
        settings = (
            *(CAREFUL if durable else FAST),
            "listen_addresses=127.0.0.1",
            f"port={port}",
            f"unix_socket_directories={folder}",
        )
        with log.open("wb") as output:
            server = subprocess.Popen(
                [bin_folder / "postgres", "-D", data, *(part for one in settings for part in ("-c", one))],
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=environment,
                user=user,
            )
        try:
            _wait_until_ready(server, port, log)
            yield f"postgresql://tenure@127.0.0.1:{port}/postgres"
        finally:
            server.terminate()
            server.wait(timeout=START_TIMEOUT_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

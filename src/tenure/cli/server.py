"""`python -m tenure.cli.server`: what `tenure serve` becomes once the database is up to date.

It starts the worker and the processes that answer, and waits. It knows nothing of Django: a process that only waits
need not hold the product in memory.
"""

import argparse
import logging
import os
import subprocess
import sys
from collections.abc import Sequence

import click

THRIFTY = {
    "MALLOC_ARENA_MAX": "2",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:0,muzzy_decay_ms:0",  # delta-rs: 20 of 46 MB after 600 commits
}
"""With many threads, memory that each keeps for itself in case it needs it again is most of what a server holds. Read
when a process starts, before anything of ours."""

ANSWERING = {"TENURE_ENGINE_THREADS": "2", "TENURE_ENGINE_FOOTERS_MB": "128"}
"""Pages ask many small questions at a time, of which only those that read many files gain by a second thread, and read
the same files again and again."""

THREADS = 12
"""Enough to share a commit and to answer while some wait for the disk. Of as many as there are connections, each goes
to sleep after each answer and has to be woken, which costs more than the answer: 32 take half as many events."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C; the worker stops with it."""
    asked = _asked(arguments)
    beside: subprocess.Popen[bytes] | None = None
    if asked.worker:
        beside = subprocess.Popen([sys.executable, "-m", "tenure.cli", "worker", "--parent", str(os.getpid())])
    click.echo(f"Tenure listens on http://{asked.host}:{asked.port} (stop with Ctrl-C)", err=True)
    for name, value in ANSWERING.items():
        os.environ.setdefault(name, value)
    _serve(asked)
    if beside is not None:
        beside.terminate()
        try:
            beside.wait(timeout=20)
        except subprocess.TimeoutExpired:
            beside.kill()


def thriftily() -> None:
    """Go on in a process that is thrifty with memory: in this one, if it is, else as its successor."""
    if not THRIFTY.keys() <= os.environ.keys():
        os.execve(sys.executable, sys.orig_argv, THRIFTY | os.environ)  # noqa: S606 - ourselves


def become(*, host: str, port: int, threads: int, processes: int, worker: bool) -> None:
    """Go on as this program, in the same process."""
    sys.stdout.flush()
    sys.stderr.flush()
    numbers = ["--port", str(port), "--threads", str(threads), "--processes", str(processes)]
    command = [sys.executable, "-m", __name__, "--host", host, *numbers, *(["--worker"] if worker else [])]
    os.execve(sys.executable, command, THRIFTY | os.environ)  # noqa: S606 - ourselves


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tenure serve")
    parser.add_argument("--host", required=True)
    for number in ("--port", "--threads", "--processes"):
        parser.add_argument(number, type=int, required=True)
    parser.add_argument("--worker", action="store_true")
    return parser.parse_args(arguments)


def _serve(asked: argparse.Namespace) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    # It warns of many threads; ours mostly wait for the disk, and the more wait the more share one commit.
    logging.getLogger("_granian").addFilter(lambda record: "seems quite high" not in record.getMessage())
    Server(
        "tenure.config.wsgi:application",
        address=asked.host,
        port=asked.port,
        interface=Interfaces.WSGI,
        workers=asked.processes,
        blocking_threads=asked.threads,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()


if __name__ == "__main__":
    main()

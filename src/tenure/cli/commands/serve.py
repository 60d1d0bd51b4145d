"""`tenure serve`: the pages, and one worker beside them."""

import logging
import os
import subprocess
import sys

import click
from django.core.management import call_command

from tenure.ingest import inbox


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=32, show_default=True, help="Threads that answer; those with events mostly wait.")
@click.option("--processes", default=1, show_default=True, help="Server processes; more than one wants PostgreSQL.")
@click.option("--worker/--no-worker", default=True, show_default=True, help="Run the worker process too.")
def command(host: str, port: int, threads: int, processes: int, worker: bool) -> None:
    """Serve the product. Stops on Ctrl-C or SIGTERM, the worker with it."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    call_command("migrate", verbosity=0, interactive=False)
    inbox.prepare()
    beside: subprocess.Popen[bytes] | None = None
    if worker:
        beside = subprocess.Popen([sys.executable, "-m", "tenure.cli", "worker", "--parent", str(os.getpid())])
    click.echo(f"Tenure listens on http://{host}:{port} (stop with Ctrl-C)", err=True)
    # It warns of many threads; ours mostly wait for the disk, and the more wait the more share one commit.
    logging.getLogger("_granian").addFilter(lambda record: "seems quite high" not in record.getMessage())
    Server(
        "tenure.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()
    if beside is not None:
        beside.terminate()
        try:
            beside.wait(timeout=20)
        except subprocess.TimeoutExpired:
            beside.kill()

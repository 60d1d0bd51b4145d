"""`tenure serve`: the pages, and one worker beside them."""

import click
from django.core.management import call_command
from django.db import connections

from tenure.cli import server
from tenure.ingest import inbox


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=server.THREADS, show_default=True, help="Threads that answer.")
@click.option("--processes", default=1, show_default=True, help="Server processes; more than one wants PostgreSQL.")
@click.option("--worker/--no-worker", default=True, show_default=True, help="Run the worker process too.")
def command(host: str, port: int, threads: int, processes: int, worker: bool) -> None:
    """Serve the product. Stops on Ctrl-C or SIGTERM, the worker with it."""
    call_command("migrate", verbosity=0, interactive=False)
    inbox.prepare()
    connections.close_all()
    server.become(host=host, port=port, threads=threads, processes=processes, worker=worker)

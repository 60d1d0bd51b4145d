"""`tenure worker`: keeps what we believe up to date."""

import os

import click


@click.command()
@click.option("--once", is_flag=True, help="One round over all workspaces, then stop.")
@click.option("--every", default=5.0, show_default=True, help="Seconds between rounds.")
@click.option("--parent", type=int, default=None, hidden=True, help="End when this process is no longer our parent.")
def command(once: bool, every: float, parent: int | None) -> None:
    """Run the cycle in every workspace, deliver facts, work off jobs, keep the lake in order."""
    from django.conf import settings

    from tenure.base import jobs
    from tenure.cli import server, worker
    from tenure.tenants import queries

    if once:
        worker.one_round()
        jobs.work_off()
    else:
        if parent is None:
            queries.workspaces()  # refused where nothing is set up yet; later the worker would try for ever
        server.thriftily()
        os.nice(settings.TENURE_WORKER_NICE)  # who waits for a page comes first; threads and children inherit it
        worker.work(every_s=every, parent=parent)

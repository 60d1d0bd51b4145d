"""`tenure doctor`: is everything in order, and what to do where it is not."""

import sqlite3

import click
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tenure.base import clock, mail, paths
from tenure.cli import output
from tenure.cli.workspaces import json_option
from tenure.ingest import inbox

WAL_RESET_FIXED = (3, 51, 3)
"""SQLite before this can corrupt a WAL database when two processes checkpoint at once."""
INBOX_LATE_S = 60


@click.command()
@json_option
def command(json_output: bool) -> None:
    """Check the installation. Exit code 0: nothing wrong (warnings allowed); 1: something must be mended."""
    findings = [_database(), _migrations(), _inbox(), _lake(), *_mail()]
    if json_output:
        output.as_json([{"check": c, "level": level, "message": m} for c, level, m in findings])
    else:
        for check, level, message in findings:
            click.echo(f"{level:<8}{check:<12}{message}")
    if any(level == "error" for _, level, _ in findings):
        raise SystemExit(1)


def _database() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if connection.vendor != "sqlite":
        return "database", "ok", f"PostgreSQL {connection.pg_version // 10000}"  # type: ignore[attr-defined]
    if sqlite3.sqlite_version_info < WAL_RESET_FIXED:
        return (
            "database",
            "warning",
            f"SQLite {sqlite3.sqlite_version} has the WAL-reset bug; use 3.51.3 or later, or PostgreSQL in production.",
        )
    return "database", "ok", f"SQLite {sqlite3.sqlite_version}"


def _migrations() -> tuple[str, str, str]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return "migrations", "error", f"{len(missing)} to run: start `tenure serve`, or `tenure init`."
    return "migrations", "ok", "all there"


def _inbox() -> tuple[str, str, str]:
    """What was acknowledged and is not drained: a worker that stands still shows here first."""
    try:
        waits = [inbox.waiting(workspace) for workspace in inbox.workspaces()]
    except (DatabaseError, sqlite3.Error):
        return "inbox", "error", "Its table is missing: start `tenure serve`, or `tenure init`."
    oldest = min((found.oldest for found in waits if found.oldest), default=None)
    if oldest is None:
        return "inbox", "ok", "empty"
    age = int((clock.now() - oldest).total_seconds())
    told = f"{sum(found.events for found in waits):,} events wait, the oldest for {age:,} s"
    if age > INBOX_LATE_S:
        return "inbox", "warning", f"{told}: is a worker running? Start `tenure serve` or `tenure worker`."
    return "inbox", "ok", told


def _lake() -> tuple[str, str, str]:
    root = paths.lake_root()
    if "://" in root:
        return "lake", "ok", root
    probe = paths.home() / ".doctor"
    try:
        probe.write_text("probe")
        probe.unlink()
    except OSError as error:
        return "lake", "error", f"{paths.home()} cannot be written: {error.strerror}."
    return "lake", "ok", root


def _mail() -> list[tuple[str, str, str]]:
    mailer = settings.MAILERS["default"]
    if "console" in mailer["BACKEND"]:
        return [("mail", "warning", "TENURE_EMAIL_URL is not set: mails are printed, not sent."), *_unsent()]
    options = mailer.get("OPTIONS", {})
    return [("mail", "ok", f"{options.get('host')}:{options.get('port')}"), *_unsent()]


def _unsent() -> list[tuple[str, str, str]]:
    """Mails that were given up, and those that are tried again."""
    try:
        given_up, waiting = mail.failures(), mail.failures(given_up=False)
    except DatabaseError:
        return []
    found = []
    if given_up:
        found.append(
            ("mail", "error", f"{len(given_up)} were given up, see `tenure mails`; the last to {_told(given_up[0])}")
        )
    if waiting:
        found.append(("mail", "warning", f"{len(waiting)} are tried again, the last to {_told(waiting[0])}"))
    return found


def _told(failure: mail.Failure) -> str:
    return f"{failure.to} (“{failure.subject}”) after {failure.attempts} tries: {failure.error}"

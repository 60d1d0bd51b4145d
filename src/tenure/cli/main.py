"""`tenure …`: the command line. Each command is a module of `tenure.cli.commands`, loaded only when called."""

import os
import re
import sys
from importlib import import_module

import click

# The command's name → the module that holds it, as `command`.
COMMANDS = {
    "accounts": "accounts",
    "apply": "apply",
    "backtest": "backtest",
    "bench": "bench",
    "board-pack": "board_pack",
    "demo": "demo",
    "doctor": "doctor",
    "explain": "explain",
    "export": "export",
    "fit": "fit",
    "import": "import_",
    "init": "init",
    "mails": "mails",
    "merge": "merge",
    "plan": "plan",
    "rates": "rates",
    "retention": "retention",
    "run": "run",
    "segments": "segments",
    "serve": "serve",
    "worker": "worker",
}

NOTHING_YET = (
    "There is no database here yet, or an older one. Make a workspace (tenure init), or load the demo company"
    " (tenure demo): both bring the database up to date."
)
# How SQLite and PostgreSQL say that a table is missing.
_MISSING = re.compile(r'no such table|relation ".+" does not exist')


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports only the one asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        found = import_module(f"tenure.cli.commands.{module}").command
        assert isinstance(found, click.Command)
        return found


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="tenure")
def tenure() -> None:
    """Tenure: which customers are in trouble, why, and what to do about it.

    Every command answers on standard output and logs on standard error. Exit codes: 0 done, 1 refused
    (the message says what to do), 2 wrong use of the command line; more in the help of each command.
    """


def main() -> None:
    """The `tenure` command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenure.config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, ProgrammingError

    try:
        _start(sys.argv[1:])
    except ImproperlyConfigured as error:
        click.echo(f"tenure: {error}", err=True)
        sys.exit(1)
    except (OperationalError, ProgrammingError) as error:
        if not _MISSING.search(str(error)):
            raise
        click.echo(f"tenure: {NOTHING_YET}", err=True)
        sys.exit(1)


def _start(arguments: list[str]) -> None:
    if arguments != ["--version"]:
        import django

        django.setup()
    tenure.main(args=arguments, prog_name="tenure")

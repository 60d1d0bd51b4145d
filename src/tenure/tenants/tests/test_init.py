"""`tenure init`: the first owner gets a password once; whoever has one keeps it."""

import json

import pytest
from click.testing import CliRunner

from tenure.cli.commands import init
from tenure.tenants.models import User

pytestmark = pytest.mark.django_db


def founded(slug: str, *more: str) -> dict[str, str]:
    result = CliRunner().invoke(init.command, ["--workspace", slug, "--email", "ana@acme.example", "--json", *more])
    assert result.exit_code == 0, (result.output, result.exception)
    answer: dict[str, str] = json.loads(result.stdout)
    return answer


def test_a_password_is_made_once_and_never_for_somebody_who_has_one() -> None:
    first = founded("acme")
    assert list(first) == ["workspace", "write_key", "secret_key", "password"]
    second = founded("globex")
    assert list(second) == ["workspace", "write_key", "secret_key"]
    assert User.objects.get().check_password(first["password"])

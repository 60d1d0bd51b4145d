"""`tenure board-pack` writes the last month that is over to a file and keeps nothing."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tenure.base import tenancy
from tenure.cli.commands import board_pack
from tenure.packs.models import Pack
from tenure.packs.tests import companies
from tenure.tenants.models import Workspace

pytestmark = pytest.mark.any_database


def test_it_writes_the_pack_of_the_last_month(workspace: Workspace, tmp_path: Path) -> None:
    companies.found(workspace)
    out = tmp_path / "pack.pdf"
    with tenancy.no_workspace():
        done = CliRunner().invoke(board_pack.command, ["--out", str(out), "--workspace", "acme", "--json"])
        refused = CliRunner().invoke(board_pack.command, ["--month", "2026-04", "--out", str(tmp_path / "no.pdf")])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["month"], told["as_of"], told["lacks"]) == ("2026-03", "2026-04-10", "")
    assert hashlib.sha256(out.read_bytes()).hexdigest() == told["sha256"]
    assert (refused.exit_code, (tmp_path / "no.pdf").exists()) == (1, False)
    assert Pack.objects.count() == 0

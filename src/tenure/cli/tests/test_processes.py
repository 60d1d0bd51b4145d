"""How the processes that go on for ever begin."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tenure.cli import server


def test_a_worker_without_a_database_says_what_to_do(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TENURE_")}
    done = subprocess.run(
        [sys.executable, "-m", "tenure.cli", "worker"], env=environment | {"TENURE_HOME": str(tmp_path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "There is no database here yet" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_process_that_is_not_thrifty_goes_on_as_one_that_is(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[dict[str, str]] = []
    monkeypatch.setattr(os, "execve", lambda _program, _arguments, environment: became.append(environment))
    for name in server.THRIFTY:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MALLOC_ARENA_MAX", "4")
    server.thriftily()
    assert became == [server.THRIFTY | os.environ]
    assert became[0]["MALLOC_ARENA_MAX"] == "4"
    for name, value in became[0].items():
        monkeypatch.setenv(name, value)
    server.thriftily()
    assert len(became) == 1

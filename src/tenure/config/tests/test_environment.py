"""What is wrong in the environment stops the start, by name and with what is expected."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tenure.config import environment


@pytest.mark.parametrize(
    ("name", "value", "read", "said"),
    [
        ("TENURE_HOEM", "var", environment.check_names, "TENURE_HOEM is not a setting of Tenure"),
        ("TENURE_ENGINE", "spark", environment.engine, "expected `duckdb` or `sc://host:port`"),
        ("TENURE_ENGINE_THREADS", "0", environment.engine_threads, "expected a number from 1 to 1024"),
        ("TENURE_ENGINE_THREADS", "many", environment.engine_threads, "expected a number from 1 to 1024"),
        ("TENURE_ENGINE_FOOTERS_MB", "-1", environment.engine_footers_mb, "expected a number from 0 to 65536"),
        ("TENURE_ENGINE_FOOTERS_MB", "65537", environment.engine_footers_mb, "expected a number from 0 to 65536"),
        ("TENURE_WORKER_NICE", "-5", environment.worker_nice, "expected a number from 0 to 19"),
        ("TENURE_WORKER_NICE", "20", environment.worker_nice, "expected a number from 0 to 19"),
        ("TENURE_LAKE_URL", "ftp://x", lambda: environment.lake_url(Path("var")), "expected a folder or an s3://"),
        ("TENURE_DEBUG", "perhaps", lambda: environment.flag("TENURE_DEBUG"), "expected 1 or 0"),
        ("TENURE_SECRET_KEY", "short", lambda: environment.secret_key(Path("var")), "at least 32 characters"),
    ],
)
def test_a_wrong_setting_is_named(
    name: str, value: str, read: Callable[[], object], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name) as refused:
        read()
    assert said in str(refused.value)


def test_an_engine_has_all_cores_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENURE_ENGINE_THREADS", raising=False)
    assert environment.engine_threads() == os.cpu_count()
    monkeypatch.setenv("TENURE_ENGINE_THREADS", "3")
    assert environment.engine_threads() == 3


def test_an_engine_remembers_no_files_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENURE_ENGINE_FOOTERS_MB", raising=False)
    assert environment.engine_footers_mb() == 0
    monkeypatch.setenv("TENURE_ENGINE_FOOTERS_MB", "128")
    assert environment.engine_footers_mb() == 128


def test_a_worker_stands_back_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENURE_WORKER_NICE", raising=False)
    assert environment.worker_nice() == 10
    monkeypatch.setenv("TENURE_WORKER_NICE", "0")
    assert environment.worker_nice() == 0


def test_a_secret_key_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENURE_SECRET_KEY", raising=False)
    made = environment.secret_key(tmp_path)
    assert len(made) >= 32
    assert environment.secret_key(tmp_path) == made
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_the_documentation_names_every_setting_of_the_product() -> None:
    lines = (Path(__file__).parents[4] / "docs" / "settings.md").read_text().splitlines()
    told = {line.split("`")[1] for line in lines if line.startswith("| `TENURE_")}
    assert told == environment.KNOWN - environment.OF_THE_SET_UP

"""Days that are over are swapped in whole, and what no link leads to goes after a while."""

import os
import time
from datetime import date
from pathlib import Path

import pytest

from tenure.base import kept, past, paths

DAY = date(2024, 10, 31)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "home", lambda: tmp_path)
    return tmp_path / "current" / "acme" / "past"


def fill(text: str) -> None:
    with past.made("acme", DAY):
        path = kept.folder("acme", DAY) / "x.txt"
        assert not path.exists()
        kept.replace(path, lambda part: part.write_text(text))


def text() -> str | None:
    return kept.read(kept.folder("acme", DAY) / "x.txt", Path.read_text)


def test_a_day_is_seen_when_all_of_it_is_there(root: Path) -> None:
    with past.made("acme", DAY):
        kept.replace(kept.folder("acme", DAY) / "x.txt", lambda part: part.write_text("one"))
        assert past.days("acme") == {}
        assert text() == "one"  # who fills it reads it
        assert not (root / DAY.isoformat()).exists()
    assert list(past.days("acme")) == [DAY]
    assert text() == "one"


def test_another_takes_its_place_and_the_first_goes_when_nobody_can_be_opening_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill("one")
    first = (root / DAY.isoformat()).resolve()
    fill("two")
    assert text() == "two"
    assert first.exists()
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment + past.GRACE_S + 1)
    past.sweep("acme")
    assert not first.exists()
    assert text() == "two"


def test_what_somebody_fills_is_left_alone(root: Path) -> None:
    part = root / f".{DAY}.abc.part"
    part.mkdir(parents=True)
    os.utime(part, (0, 0))
    past.sweep("acme")
    assert part.exists()


def test_a_day_that_is_dropped_is_kept_no_longer(root: Path) -> None:
    fill("one")
    with (root / DAY.isoformat() / "x.txt").open() as reader:
        past.drop_all("acme")
        assert past.days("acme") == {}
        assert text() is None
        assert reader.read() == "one"

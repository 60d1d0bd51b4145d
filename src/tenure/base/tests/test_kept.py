"""Files that are kept: whole or not at all, read once for each change."""

from pathlib import Path

import pytest

from tenure.base import kept


def test_a_file_is_read_once_for_each_change(tmp_path: Path) -> None:
    path, read = tmp_path / "deep" / "x.txt", list[str]()

    def parse(found: Path) -> str:
        read.append(found.read_text())
        return read[-1].upper()

    assert kept.read(path, parse) is None
    kept.replace(path, lambda part: part.write_text("one"))
    assert [kept.read(path, parse) for _ in range(3)] == ["ONE"] * 3
    kept.replace(path, lambda part: part.write_text("two"))
    assert [kept.read(path, parse) for _ in range(2)] == ["TWO"] * 2
    assert read == ["one", "two"]
    path.unlink()
    assert kept.read(path, parse) is None


def test_half_a_file_is_never_seen(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    kept.replace(path, lambda part: part.write_text("whole"))

    def breaks(part: Path) -> None:
        part.write_text("ha")
        assert path.read_text() == "whole"
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        kept.replace(path, breaks)
    assert [each.name for each in tmp_path.iterdir()] == ["x.txt"]
    assert path.read_text() == "whole"


def test_a_link_is_swapped_like_a_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
        kept.replace(tmp_path / "latest", lambda link, name=name: link.symlink_to(name))  # type: ignore[misc]
        assert kept.read(tmp_path / "latest", Path.read_text) == name

"""Where a table's files live: a local folder, or an object store by URL.

DuckDB reads and writes local files itself. For a URL the bytes go through delta-rs' own object store client,
so no DuckDB extension is needed: files are written to a temporary folder and uploaded.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.fs as pafs
from deltalake.fs import DeltaStorageHandler

_CHUNK = 8 * 1024 * 1024
_OPTION_PREFIXES = ("AWS_", "AZURE_", "GOOGLE_")


class _Store(DeltaStorageHandler):
    """delta-rs' object store client with an upload; its stream wants bytes, which Arrow's wrapper does not give."""

    def upload(self, local: Path, path: str) -> None:
        """Copy a local file to `path`."""
        sink = self._handler.open_output_stream(path, None)
        with local.open("rb") as source:
            while chunk := source.read(_CHUNK):
                sink.write(chunk)
        sink.close()  # type: ignore[attr-defined]  # missing from the stub


def is_url(uri: str) -> bool:
    """Whether `uri` names an object store rather than a local folder."""
    return "://" in uri


def options(uri: str) -> dict[str, str] | None:
    """delta-rs' storage options: the usual AWS_*, AZURE_* and GOOGLE_* variables; None for local folders."""
    if not is_url(uri):
        return None
    return {key: value for key, value in os.environ.items() if key.startswith(_OPTION_PREFIXES)}


def filesystem(uri: str) -> pafs.FileSystem:
    """The table's folder as an Arrow file system; paths are relative to it."""
    return pafs.PyFileSystem(DeltaStorageHandler(uri, options(uri)))


@contextmanager
def writing(uri: str, path: str) -> Iterator[Path]:
    """A local path to write the file `path` of the table at `uri`; uploaded afterwards when that is a URL."""
    if not is_url(uri):
        target = Path(uri, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        yield target
        return
    with tempfile.TemporaryDirectory(prefix="tenure-lake-") as folder:
        local = Path(folder, "part.parquet")
        yield local
        if local.exists():
            _Store(uri, options(uri)).upload(local, path)


def exists(uri: str, path: str) -> bool:
    """Whether the file `path` of the table at `uri` is still there."""
    if not is_url(uri):
        return Path(uri, path).exists()
    return bool(filesystem(uri).get_file_info(path).type == pafs.FileType.File)

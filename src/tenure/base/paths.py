"""Where the product keeps its files, and how much of the machine a process may use."""

from pathlib import Path

from django.conf import settings


def home() -> Path:
    """The data folder (`TENURE_HOME`), made when missing."""
    folder = Path(settings.TENURE_HOME)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def engine_threads() -> int:
    """How many threads the process's analytics engine may use (`TENURE_ENGINE_THREADS`)."""
    return int(settings.TENURE_ENGINE_THREADS)


def engine_footers_mb() -> int:
    """What the process's analytics engine may remember of the files it has read (`TENURE_ENGINE_FOOTERS_MB`)."""
    return int(settings.TENURE_ENGINE_FOOTERS_MB)


def lake_root() -> str:
    """The lake's address (`TENURE_LAKE_URL`): a folder, or an S3-compatible URL. Without a trailing slash."""
    return str(settings.TENURE_LAKE_URL).rstrip("/")

"""The environment: every setting has one name, and a wrong one stops the start with that name."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

OF_THE_SET_UP = frozenset({"TENURE_ALLOW_PYTHON_DOWNLOAD", "TENURE_SHARED_DATA", "TENURE_TEST_DATABASE_URL"})
"""Read by the set-up and the tests, not by the product."""
KNOWN = OF_THE_SET_UP | frozenset(
    {
        "TENURE_HOME",
        "TENURE_DATABASE_URL",
        "TENURE_LAKE_URL",
        "TENURE_ENGINE",
        "TENURE_ENGINE_FOOTERS_MB",
        "TENURE_ENGINE_THREADS",
        "TENURE_WORKER_NICE",
        "TENURE_SECRET_KEY",
        "TENURE_EMAIL_URL",
        "TENURE_BASE_URL",
        "TENURE_STRIPE_URL",
        "TENURE_DEBUG",
    }
)


def check_names() -> None:
    """Refuse `TENURE_…` variables that nothing reads: nearly always a typing error."""
    unknown = sorted(name for name in os.environ if name.startswith("TENURE_") and name not in KNOWN)
    if unknown:
        known = ", ".join(sorted(KNOWN))
        raise ImproperlyConfigured(f"{unknown[0]} is not a setting of Tenure. The settings are: {known}.")


def home() -> Path:
    """`TENURE_HOME`, default `./var`; made when missing."""
    folder = Path(os.environ.get("TENURE_HOME") or "var").expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"TENURE_HOME={folder} cannot be used: {error.strerror}.") from None
    return folder


def secret_key(folder: Path) -> str:
    """`TENURE_SECRET_KEY`, else one made on the first start and kept in the home folder, readable by us only."""
    given = os.environ.get("TENURE_SECRET_KEY", "")
    if given:
        if len(given) < 32:
            raise ImproperlyConfigured("TENURE_SECRET_KEY needs at least 32 characters.")
        return given
    kept = folder / "secret_key"
    try:
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        made = secrets.token_urlsafe(48)
        file.write(made)
    return made


def stripe_url() -> str:
    """`TENURE_STRIPE_URL`, default Stripe's own address; another is a server for tests. Without a slash at its end."""
    value = (os.environ.get("TENURE_STRIPE_URL") or "https://api.stripe.com").rstrip("/")
    if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
        raise ImproperlyConfigured(f"TENURE_STRIPE_URL={value!r}: expected an address such as https://api.stripe.com.")
    return value


def engine() -> str:
    """`TENURE_ENGINE`: `duckdb` or `sc://host:port`."""
    value = os.environ.get("TENURE_ENGINE") or "duckdb"
    if value != "duckdb" and urlsplit(value).scheme != "sc":
        raise ImproperlyConfigured(f"TENURE_ENGINE={value!r}: expected `duckdb` or `sc://host:port`.")
    return value


def engine_threads() -> int:
    """`TENURE_ENGINE_THREADS`: of the engine of one process; default as many as the machine has cores. A process that
    answers pages sets it to 2: it has many small questions at a time, of which only those that read many files gain."""
    value = os.environ.get("TENURE_ENGINE_THREADS") or str(os.cpu_count() or 1)
    if not value.isdecimal() or not 1 <= int(value) <= 1_024:
        raise ImproperlyConfigured(f"TENURE_ENGINE_THREADS={value!r}: expected a number from 1 to 1024.")
    return int(value)


def engine_footers_mb() -> int:
    """`TENURE_ENGINE_FOOTERS_MB`: what the engine of one process remembers of files it has read; default nothing, as
    the worker reads most files once. A process that answers pages sets it to 128: it reads the same again and again."""
    value = os.environ.get("TENURE_ENGINE_FOOTERS_MB") or "0"
    if not value.isdecimal() or int(value) > 65_536:
        raise ImproperlyConfigured(f"TENURE_ENGINE_FOOTERS_MB={value!r}: expected a number from 0 to 65536.")
    return int(value)


def worker_nice() -> int:
    """`TENURE_WORKER_NICE`: how far the worker stands back where the processor is short, 0 (not at all) to 19."""
    value = os.environ.get("TENURE_WORKER_NICE") or "10"
    if not value.isdecimal() or not 0 <= int(value) <= 19:
        raise ImproperlyConfigured(f"TENURE_WORKER_NICE={value!r}: expected a number from 0 to 19.")
    return int(value)


def lake_url(folder: Path) -> str:
    """`TENURE_LAKE_URL`: a folder (default `lake` in the home folder) or `s3://bucket/prefix`."""
    value = os.environ.get("TENURE_LAKE_URL") or str(folder / "lake")
    scheme = urlsplit(value).scheme
    if scheme not in ("", "file", "s3", "s3a", "gs", "az", "abfss"):
        raise ImproperlyConfigured(f"TENURE_LAKE_URL={value!r}: expected a folder or an s3://, gs:// or az:// URL.")
    return value


def flag(name: str) -> bool:
    """A yes/no variable: 1/0, true/false, yes/no; empty is no."""
    value = os.environ.get(name, "").lower()
    if value not in ("", "0", "1", "true", "false", "yes", "no"):
        raise ImproperlyConfigured(f"{name}={value!r}: expected 1 or 0.")
    return value in ("1", "true", "yes")

"""What every test has: an own home folder, a database, and three people.

Ana owns the workspace `acme`, Ben may only look, Cy is in another workspace. `--postgres` runs the
tests that use a database on a real PostgreSQL that this run starts itself, and leaves out the rest.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_django

if TYPE_CHECKING:
    from django.test import Client

    from tenure.tenants.models import Member, Workspace

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
_RESOURCES = ExitStack()


def _take_environment() -> None:
    """Keep the tests away from the developer's own data, whatever the shell says."""
    for name in [name for name in os.environ if name.startswith("TENURE_") and name != "TENURE_SHARED_DATA"]:
        if not (name in ("TENURE_DATABASE_URL", "TENURE_TEST_DATABASE_URL") and _WORKER):
            del os.environ[name]
    home = Path(tempfile.mkdtemp(prefix=f"tenure-test-{_WORKER or 'main'}-"))
    _RESOURCES.callback(shutil.rmtree, home, ignore_errors=True)
    os.environ["TENURE_HOME"] = str(home)
    os.environ["TENURE_SECRET_KEY"] = "a key for tests only, of forty characters"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tenure.config.settings"


_GIVEN_DATABASE = os.environ.get("TENURE_TEST_DATABASE_URL", "")
_take_environment()
atexit.register(_RESOURCES.close)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgres",
        action="store_true",
        help="run the tests that use a database on a real PostgreSQL, started by this run",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--postgres") and not _WORKER:
        from tests import postgres

        # Workers inherit the address.
        os.environ["TENURE_DATABASE_URL"] = _GIVEN_DATABASE or _RESOURCES.enter_context(postgres.running())
    from django.conf import settings
    from hypothesis import HealthCheck
    from hypothesis import settings as drawing

    # How long drawing an example takes says something about the machine, not about what is tested.
    drawing.register_profile("tenure", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    drawing.load_profile("tenure")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each worker load the settings after it has taken an environment of its own, not this process's."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_unconfigure() -> None:
    _RESOURCES.close()


_DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def _uses_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or bool(
        _DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = items[:]
    if config.getoption("--postgres"):
        chosen = [item for item in chosen if _uses_database(item) and not item.get_closest_marker("any_database")]
    if not any("browser" in argument for argument in (*config.args, config.option.markexpr)):
        chosen = [item for item in chosen if item.get_closest_marker("browser") is None]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> None:
    """The inbox's file too: it is written past Django's connections, so a test need not name it."""
    from tenure.ingest import inbox

    with django_db_blocker.unblock():
        inbox.prepare()


@pytest.fixture(autouse=True)
def _fresh_lake(request: pytest.FixtureRequest) -> Iterator[None]:
    """No lake, no inbox and no current state of an earlier test for one that uses the database."""
    yield
    if _uses_database(request.node):
        from tenure.events.adapters import delta
        from tenure.ingest.inbox import sqlite as inbox

        inbox.clear()
        if (Path(os.environ["TENURE_HOME"]) / "seen.sqlite3").exists():
            from tenure.ingest import duplicates

            duplicates.drop_before(date.max)
        lake = Path(os.environ["TENURE_HOME"]) / "lake"
        shutil.rmtree(lake, ignore_errors=True)
        delta.forget(str(lake))
        shutil.rmtree(Path(os.environ["TENURE_HOME"]) / "current", ignore_errors=True)


def _workspace(slug: str, name: str) -> "Workspace":
    from tenure.tenants.models import Workspace

    return Workspace.objects.create(slug=slug, name=name, timezone="UTC", currency="USD")


def _member(workspace: "Workspace", name: str, role: str) -> "Member":
    from tenure.base import tenancy
    from tenure.tenants.models import Member, User

    user = User.objects.create_user(
        email=f"{name.lower()}@{workspace.slug}.example", password="correct horse battery", name=name
    )
    with tenancy.workspace(workspace.pk):
        return Member.objects.create(workspace=workspace, user=user, role=role)


@pytest.fixture
def acme(db: None) -> "Workspace":
    """Ana's and Ben's workspace, not entered: for pages and commands, which enter it themselves."""
    return _workspace("acme", "Acme")


@pytest.fixture
def globex(db: None) -> "Workspace":
    """Cy's workspace."""
    return _workspace("globex", "Globex")


@pytest.fixture
def workspace(acme: "Workspace") -> Iterator["Workspace"]:
    """`acme`, entered: scoped managers see its rows."""
    from tenure.base import tenancy

    with tenancy.workspace(acme.pk):
        yield acme


@pytest.fixture
def ana(acme: "Workspace") -> "Member":
    """The owner of `acme`."""
    return _member(acme, "Ana", "owner")


@pytest.fixture
def ben(acme: "Workspace") -> "Member":
    """A viewer in `acme`."""
    return _member(acme, "Ben", "viewer")


@pytest.fixture
def cy(globex: "Workspace") -> "Member":
    """The owner of another workspace, who must see nothing of `acme`."""
    return _member(globex, "Cy", "owner")


def _signed_in(member: "Member") -> "Client":
    from django.test import Client

    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def ana_client(ana: "Member") -> "Client":
    """A browser signed in as Ana."""
    return _signed_in(ana)


@pytest.fixture
def ben_client(ben: "Member") -> "Client":
    """A browser signed in as Ben."""
    return _signed_in(ben)


@pytest.fixture
def cy_client(cy: "Member") -> "Client":
    """A browser signed in as Cy."""
    return _signed_in(cy)

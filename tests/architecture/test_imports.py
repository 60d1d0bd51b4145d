"""Who may import what. Layers are import-linter's; what a domain shows to others is here."""

from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture import house

PUBLIC = frozenset({"contracts", "queries", "actions"})
# Public by design beside the three: the schemas of documents, the language, words for the screen, and what
# the command line starts. A name here is a promise that others rely on it.
ALSO_PUBLIC = {
    "alerts": {"jobs", "starters", "trials"},
    "definitions": {"labels", "starters", "yamlio"},
    "digests": {"composing"},
    "events": {"jobs"},
    "health": {
        "backtest",
        "crossings",
        "current",
        "hand",
        "jobs",
        "judged",
        "judging",
        "lists",
        "past",
        "people",
        "population",
        "proposal",
        "pulse",
        "reviews",
        "schemes",
        "scorecard",
        "studio",
        "words",
    },
    "ingest": {"connectors", "drain", "facts", "guess", "inbox", "maps", "sources", "uploads"},
    "measures": {"document", "language"},
    "ownership": {"absences", "assigning", "book", "checklist", "comparing", "handoffs", "portfolio", "team"},
    "meetings": {"agenda", "cadence", "mailing", "rules"},
    "packs": {"making"},
    "predictions": {"evaluation"},
    "revenue": {"acquisition", "calculators", "closing", "costs", "fit", "grouping", "groups", "payers", "runs"},
    "segments": {"builder", "jobs", "starters"},
    "reports": {"matrix", "metrics", "wording"},
    "subscriptions": {"account", "jobs", "listing", "records"},
    "tasks": {"calendars", "notes", "rules", "templates", "words"},
    "tenants": {"permissions"},
    "traits": {"rules"},
    "views": {"rules"},
    "work": {"attachments", "library", "mentions", "people", "rules", "shelf"},
}


def test_every_package_imports_only_downwards() -> None:
    assert lint_imports(config_filename=str(house.SOURCE.parents[1] / "pyproject.toml")) == EXIT_STATUS_SUCCESS


def _foreign(path: Path) -> list[str]:
    own = path.relative_to(house.SOURCE).parts[0]
    found = []
    for line, name in house.imports(path):
        root, _, rest = name.partition(".")
        domain, _, inner = rest.partition(".")
        if root != "tenure" or domain in (own, "base") or not inner:
            continue
        if inner.split(".")[0] not in PUBLIC | ALSO_PUBLIC.get(domain, set()):
            found.append(f"{house.shown(path)}:{line} imports {name}")
    return found


# `config` is the only place that knows everything.
@pytest.mark.parametrize("package", [name for name in house.packages() if name != "config"])
def test_a_domain_is_entered_only_by_its_contracts_queries_and_actions(package: str) -> None:
    files = [path for path in house.modules() if path.relative_to(house.SOURCE).parts[0] == package]
    assert [line for path in files for line in _foreign(path)] == []

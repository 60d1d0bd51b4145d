"""Reads of definitions."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from itertools import count

from django.db.models import F, Q, TextField
from django.db.models.functions import Cast
from pydantic import BaseModel

from tenure.base import tenancy
from tenure.base.refusals import NotFound, Problem
from tenure.definitions import documents, rules
from tenure.definitions import labels as words
from tenure.definitions.contracts import Body, Change, Kind, PublishedDefinition, State, VersionView, kind_named, kinds
from tenure.definitions.models import DefinitionVersion

IN_FORCE = "definitions in force"
"""Under this name a request remembers them; every action that changes them lets it forget."""


@contextmanager
def read_afresh() -> Iterator[None]:
    """Forgets on the way out what was read inside, for a transaction that may have been rolled back."""
    try:
        yield
    finally:
        tenancy.forget()


type _Stored = tuple[str, int, str, datetime]


def published(kind: str) -> list[PublishedDefinition]:
    """The documents of a kind in force, by key. One query for all kinds together, none where it was read before."""
    stored = tenancy.remembered(IN_FORCE, _in_force).get(kind, [])
    return [
        PublishedDefinition(kind, key, number, _typed(kind_named(kind), key, number, text), at)
        for key, number, text, at in stored
    ]


def _in_force() -> dict[str, list[_Stored]]:
    rows = (
        DefinitionVersion.objects.filter(version=F("definition__published_version"), published_at__isnull=False)
        .annotate(text=Cast("body", TextField()))
        .order_by("definition__kind", "definition__key")
        .values_list("definition__kind", "definition__key", "version", "text", "published_at")
    )
    found: dict[str, list[_Stored]] = {}
    for kind, key, version, text, at in rows:
        if at is not None:
            found.setdefault(kind, []).append((key, version, text, at))
    return found


@lru_cache(maxsize=20_000)
def _typed(kind: Kind, key: str, version: int, text: str) -> BaseModel:
    """A published body as its kind's schema; bodies are frozen, so that each is read once a process."""
    return documents.stored(kind, key, version, json.loads(text))


def published_one(kind: str, key: str) -> PublishedDefinition | None:
    """The version in force of one document, if any. One query."""
    return next((each for each in published(kind) if each.key == key), None)


def version_body(kind: str, key: str, version: int) -> BaseModel:
    """The body of a published version, in force or not; refuses with `NotFound`. One query."""
    row = DefinitionVersion.objects.filter(
        definition__kind=kind, definition__key=key, version=version, published_at__isnull=False
    ).first()
    if row is None:
        raise NotFound(f"There is no version {version} of the {kind} {key!r}.")
    return documents.stored(kind_named(kind), key, version, row.body)


def published_as_of(kind: str, key: str, at: datetime) -> PublishedDefinition | None:
    """The version that was in force at a moment, if any. One query."""
    row = (
        DefinitionVersion.objects.filter(definition__kind=kind, definition__key=key, published_at__lte=at)
        .filter(Q(ended_at=None) | Q(ended_at__gt=at))
        .select_related("definition")
        .order_by("-version")
        .first()
    )
    return _published(kind, row) if row else None


def versions(kind: str, key: str) -> list[VersionView]:
    """All versions of a document, the draft first, then newest first; `NotFound` without any. One query."""
    rows = list(
        DefinitionVersion.objects.filter(definition__kind=kind, definition__key=key)
        .select_related("definition")
        .order_by("-version")
    )
    if not rows:
        raise NotFound(f"There is no {kind} {key!r}.")
    return [version_view(row) for row in rows]


def drafts(kind: str) -> list[VersionView]:
    """The open drafts of a kind, by key. One query."""
    rows = DefinitionVersion.objects.filter(definition__kind=kind, published_at=None)
    return [version_view(row) for row in rows.select_related("definition").order_by("definition__key")]


def ever(kind: str) -> bool:
    """Whether the workspace ever had a document of this kind, in force or not. One query."""
    return DefinitionVersion.objects.filter(definition__kind=kind).exists()


def free_key(kind: str, name: str, *, otherwise: str) -> str:
    """A key for a document of that name which none in force has: small letters, digits and _."""
    base = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:60] or otherwise
    taken = {*(each.key for each in published(kind)), *kind_named(kind).reserved}
    return next(key for n in count(1) if (key := base if n == 1 else f"{base}_{n}") not in taken)


def diff(kind: str, key: str, before: int, after: int) -> list[Change]:
    """What changed from one version to another. One query."""
    bodies = {each.version: each.body for each in versions(kind, key)}
    if before not in bodies or after not in bodies:
        raise NotFound(f"There is no such version of the {kind} {key!r}.")
    return rules.difference(bodies[before], bodies[after])


def difference(before: Body, after: Body) -> list[Change]:
    """What changed from one body to another, by path; no query."""
    return rules.difference(before, after)


def problems_in_force() -> list[tuple[str, str, Problem]]:
    """What the checks of their kinds find wrong with the documents in force: kind, key, problem."""
    return [
        (kind.name, each.key, problem)
        for kind in kinds()
        if kind.check
        for each in published(kind.name)
        for problem in kind.problems(each.key, each.body)
    ]


def labels() -> words.Labels:
    """The workspace's words, the usual ones where it has not chosen. One query."""
    found = published_one(words.KIND, words.KEY)
    return found.body if found and isinstance(found.body, words.Labels) else words.Labels()


def _published(kind: str, row: DefinitionVersion) -> PublishedDefinition:
    assert row.published_at is not None
    key = row.definition.key
    body = documents.stored(kind_named(kind), key, row.version, row.body)
    return PublishedDefinition(kind, key, row.version, body, row.published_at)


def version_view(row: DefinitionVersion) -> VersionView:
    """A row as others may hold it; its definition must be loaded."""
    state: State = (
        "draft" if row.published_at is None
        else "published" if row.definition.published_version == row.version
        else "archived"
    )  # fmt: skip
    return VersionView(
        row.definition.kind, row.definition.key, row.version, state, row.body, row.author, row.created_at,
        row.published_at, row.note, row.revision, row.ended_at,
    )  # fmt: skip

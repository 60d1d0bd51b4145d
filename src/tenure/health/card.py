"""The scorecard in force, with its expressions read: what scoring needs of configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tenure.definitions.queries import published
from tenure.health.scorecard import Profile, Scorecard
from tenure.measures.contracts import Catalogue
from tenure.measures.language import Expression, ExpressionError, parse

KIND = "scorecard"


@dataclass(frozen=True, slots=True)
class ActiveProfile:
    """A profile with its expressions; `applies_to` None means everybody. An exception whose expression no longer
    reads (its measure was archived) is None and never fires."""

    profile: Profile
    applies_to: Expression | None
    exceptions: tuple[Expression | None, ...]
    broken: bool = False


@dataclass(frozen=True, slots=True)
class ActiveCard:
    """A published scorecard, ready to score with. `versions` are the published versions of the measures."""

    key: str
    version: int
    body: Scorecard
    profiles: tuple[ActiveProfile, ...]
    versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields of the facts it reads, by the names of the catalogue, each once."""
        found: dict[str, None] = {}
        for active in self.profiles:
            for expression in (active.applies_to, *active.exceptions):
                found.update((each.column, None) for each in (expression.fields if expression else ()))
            found.update((measure.measure, None) for _, measure in active.profile.measures())
        return tuple(found)

    @property
    def looks_back(self) -> bool:
        """Whether it reads how a measure was in the window before, or how it changed since."""
        if any(measure.of != "value" for active in self.profiles for _, measure in active.profile.measures()):
            return True
        expressions = [e for active in self.profiles for e in (active.applies_to, *active.exceptions) if e]
        return any(
            column in each.columns
            for each in expressions
            for named in each.fields
            for column in (named.previous_column, named.change_column)
        )


def activate(
    *, key: str, version: int, body: Scorecard, catalogue: Catalogue, versions: Mapping[str, int] | None = None
) -> ActiveCard:
    """Read the card's expressions against the fields there are. A profile whose `applies_to` no longer reads
    matches nobody: better unscored than scored by the wrong card."""
    return ActiveCard(
        key=key,
        version=version,
        body=body,
        profiles=tuple(_activate(profile, catalogue) for profile in body.in_order()),
        versions=versions or {},
    )


def _activate(profile: Profile, catalogue: Catalogue) -> ActiveProfile:
    applies = _read(profile.applies_to, catalogue)
    return ActiveProfile(
        profile=profile,
        applies_to=applies,
        exceptions=tuple(_read(rule.when, catalogue) for rule in profile.exceptions),
        broken=bool(profile.applies_to) and applies is None,
    )


def _read(text: str | None, catalogue: Catalogue) -> Expression | None:
    if not text:
        return None
    try:
        return parse(text, catalogue, max_level="measure")
    except ExpressionError:
        return None


def active(catalogue: Catalogue, versions: Mapping[str, int]) -> ActiveCard | None:
    """The scorecard in force: the first published by key; None when there is none. One query."""
    found = sorted(published(KIND), key=lambda each: each.key)
    if not found:
        return None
    first = found[0]
    assert isinstance(first.body, Scorecard)
    return activate(key=first.key, version=first.version, body=first.body, catalogue=catalogue, versions=versions)

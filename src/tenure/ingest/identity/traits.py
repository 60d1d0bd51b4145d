"""What is said of people and accounts, newest word last, as rows to upsert."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import cast

from tenure.customers.contracts import AccountUpsert, PersonUpsert, TraitValue
from tenure.ingest.identity import protection
from tenure.ingest.identity.contracts import Refusal, Said

PROTECTED = "protected"
TOO_MANY = "too_many_traits"
MOST_TRAITS = 1_000
"""Different traits a workspace keeps of people, and as many of accounts."""
LONGEST_KEY = 200

_CREATED = frozenset({"createdat", "created_at", "created"})
_SPACES = re.compile(r"\s+")


@dataclass(slots=True)
class _Draft:
    fields: dict[str, object] = field(default_factory=dict)
    traits: dict[str, TraitValue] = field(default_factory=dict)


@dataclass(slots=True)
class Words:
    """Collects what is said in a run. Call it in the order of time."""

    trait_keys: Mapping[str, frozenset[str]]
    refusals: list[Refusal]
    said_at: dict[tuple[str, str], Said] = field(default_factory=dict)
    _people: dict[str, _Draft] = field(default_factory=dict)
    _accounts: dict[str, _Draft] = field(default_factory=dict)
    _new_keys: dict[str, set[str]] = field(default_factory=lambda: {"person": set(), "account": set()})

    def meet_person(self, external: str) -> None:
        """Somebody who is only named."""
        if external not in self._people:
            self._people[external] = _Draft()

    def meet_account(self, external: str) -> None:
        """An account that is only named."""
        if external not in self._accounts:
            self._accounts[external] = _Draft()

    def of_person(self, external: str, said: Said, *, email: str | None, unproven: str | None) -> None:
        """An identify. A vouched `email` is the person's; an unproven one is only a trait."""
        draft = self._people.setdefault(external, _Draft())
        self.said_at["person", external] = said
        traits = self._allowed("person", said, own=said[0].user_id)
        traits.pop("email", None)
        if email is not None:
            draft.fields["email"] = email
        if unproven is not None:
            draft.traits["email"] = unproven
        name = _text(traits.pop("name", None)) or _full_name(traits)
        if name:
            draft.fields["name"] = name
        if title := _text(traits.get("title")):
            draft.fields["title"] = title
            del traits["title"]
        self._started(draft, traits)
        draft.traits |= self._bounded("person", traits, said)

    def of_account(self, external: str, said: Said) -> None:
        """A group call."""
        draft = self._accounts.setdefault(external, _Draft())
        self.said_at["account", external] = said
        traits = self._allowed("account", said, own=external)
        if name := _text(traits.pop("name", None)):
            draft.fields["name"] = name
        self._started(draft, traits)
        draft.traits |= self._bounded("account", traits, said)

    def people(self) -> dict[str, PersonUpsert]:
        """One row a person."""
        return {
            external: PersonUpsert(external, traits=draft.traits, **draft.fields)  # type: ignore[arg-type]
            for external, draft in self._people.items()
        }

    def accounts(self) -> dict[str, AccountUpsert]:
        """One row an account."""
        return {
            external: AccountUpsert(external, traits=draft.traits, **draft.fields)  # type: ignore[arg-type]
            for external, draft in self._accounts.items()
        }

    def _allowed(self, entity: str, said: Said, *, own: str | None) -> dict[str, object]:
        """The traits the sender may set; those she may not are refused one by one."""
        message, sender = said
        traits = dict(message.traits)
        if "id" in traits and traits["id"] == own:
            del traits["id"]
        if sender.trust == "server":
            return traits
        for name in [name for name in traits if protection.protected(name) or name == "id"]:
            del traits[name]
            kind = protection.protected(name) or "external id"
            self.refusals.append(
                Refusal(
                    message, sender, f"{PROTECTED}_{kind.replace(' ', '_')}", protection.detail(kind, name),
                    f"traits.{name}", partial=True,
                )
            )  # fmt: skip
        return traits

    def _started(self, draft: _Draft, traits: dict[str, object]) -> None:
        for name in [name for name in traits if name.lower() in _CREATED]:
            day = _day(traits[name])
            if day is not None:
                draft.fields["started_on"] = day
                del traits[name]

    def _bounded(self, entity: str, traits: Mapping[str, object], said: Said) -> dict[str, TraitValue]:
        """Not more different traits than a workspace can have; the newest names are refused."""
        known, new = self.trait_keys.get(entity, frozenset()), self._new_keys[entity]
        kept: dict[str, TraitValue] = {}
        for name in sorted(traits):
            if name not in known and name not in new:
                if len(known) + len(new) >= MOST_TRAITS or len(name) > LONGEST_KEY:
                    self.refusals.append(
                        Refusal(
                            *said, TOO_MANY,
                            f"We keep at most {MOST_TRAITS:,} different traits, with names of at most {LONGEST_KEY} "
                            "characters. Put what varies into the value. The rest of the event was taken.",
                            f"traits.{name[:200]}", partial=True,
                        )
                    )  # fmt: skip
                    continue
                new.add(name)
            kept[name] = cast("TraitValue", traits[name])
        return kept


def _text(value: object) -> str:
    return _SPACES.sub(" ", value).strip()[:500] if isinstance(value, str) else ""


def _full_name(traits: dict[str, object]) -> str:
    for first, last in (("firstName", "lastName"), ("first_name", "last_name"), ("firstname", "lastname")):
        name = f"{_text(traits.get(first))} {_text(traits.get(last))}".strip()
        if name:
            return name
    return ""


def _day(value: object) -> date | None:
    """The day of an ISO date or of Unix seconds or milliseconds; None when it cannot be read."""
    try:
        if isinstance(value, str):
            return date.fromisoformat(value.strip()[:10])
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, tz=UTC).date()
    except (ValueError, OverflowError, OSError):
        pass
    return None

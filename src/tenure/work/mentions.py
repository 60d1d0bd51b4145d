"""Who is meant: names after an `@` in a text, and names in the line "With". Pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

_BEFORE = re.compile(r"(?<![\w@.])@")


@dataclass(frozen=True, slots=True)
class Somebody:
    """A member of the team or a person of the account, and what they may be called."""

    id: int
    is_member: bool
    name: str
    email: str

    @property
    def key(self) -> tuple[bool, int]:
        return self.is_member, self.id


@dataclass(frozen=True, slots=True)
class Meant:
    """Somebody by the name that was used."""

    who: Somebody
    said: str


class Directory:
    """Everybody who can be meant. A name that two of them bear means nobody: their addresses do."""

    def __init__(self, everybody: Iterable[Somebody]) -> None:
        self._called: dict[str, Somebody] = {}
        self.shared: set[str] = set()
        for one in everybody:
            for called in filter(None, {one.name.casefold(), one.email.casefold()}):
                if called in self._called and self._called[called].key != one.key:
                    self.shared.add(called)
                else:
                    self._called[called] = one
        for called in self.shared:
            del self._called[called]
        self._longest = max(map(len, self._called), default=0)

    def called(self, said: str) -> Somebody | None:
        """Who bears the name or address, if it is one alone."""
        return self._called.get(said.strip().casefold())

    def name_of(self, who: Somebody) -> str:
        """What to write of her that means her alone: her name, else her address."""
        return who.name if who.name and who.name.casefold() not in self.shared else who.email or who.name

    def mentioned(self, text: str) -> list[Meant]:
        """Those after an `@`, each once, in the order of the text. The longest name that fits is the one meant."""
        found: dict[tuple[bool, int], Meant] = {}
        for at in (match.end() for match in _BEFORE.finditer(text)):
            meant = self._longest_at(text, at)
            if meant is not None:
                found.setdefault(meant.who.key, meant)
        return list(found.values())

    def _longest_at(self, text: str, at: int) -> Meant | None:
        window = text[at : at + self._longest]
        for end in range(len(window), 0, -1):
            after = text[at + end : at + end + 1]
            if not after.isalnum() and (who := self._called.get(window[:end].casefold())) is not None:
                return Meant(who, window[:end])
        return None


def listed(text: str) -> tuple[str, ...]:
    """What stands between commas, each once."""
    return tuple(dict.fromkeys(part for each in text.split(",") if (part := " ".join(each.split()))))


def completed(text: str, position: int) -> tuple[int, int, str]:
    """Of a line of names between commas: where the one at the cursor begins and ends, and what is typed of it."""
    begin = text.rfind(",", 0, position) + 1
    end = text.find(",", position)
    end = len(text) if end < 0 else end
    begin += len(text[begin:end]) - len(text[begin:end].lstrip())
    return begin, max(begin, end), text[begin:position].strip()


def unlike(given: Sequence[str], known: Collection[str]) -> list[str]:
    """Those of `given` that are not in `known`, whatever their case."""
    held = {each.casefold() for each in known}
    return [each for each in given if each.casefold() not in held]

"""The seats of an account: what somebody is there, whatever words a source has for it. Pure."""

import re
from enum import StrEnum
from functools import lru_cache


class Seat(StrEnum):
    """What a person is at an account. Who has left has no seat there any more."""

    CHAMPION = "champion"
    SPONSOR = "sponsor"
    DECISION_MAKER = "decision_maker"
    ADMIN = "admin"
    USER = "user"
    DETRACTOR = "detractor"
    LEFT = "left"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


WORDS: tuple[tuple[Seat, re.Pattern[str]], ...] = (
    (Seat.DETRACTOR, re.compile(r"\b(detractor|blocker|opponent)", re.IGNORECASE)),
    (Seat.CHAMPION, re.compile(r"\b(champion|ambassador)", re.IGNORECASE)),
    (Seat.DECISION_MAKER, re.compile(r"\b(decision|decides|buyer|owner)", re.IGNORECASE)),
    (Seat.SPONSOR, re.compile(r"\b(sponsor|executive)", re.IGNORECASE)),
    (Seat.ADMIN, re.compile(r"\badmin", re.IGNORECASE)),
)
"""The words by which a source's role is understood; the first that fits tells."""


@lru_cache(maxsize=1024)
def seat_of(role: str) -> Seat:
    """The seat that a source's words for a role mean; a user where they mean none or there are none."""
    words = role.replace("_", " ")
    return next((seat for seat, pattern in WORDS if pattern.search(words)), Seat.USER)

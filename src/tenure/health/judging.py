"""Were people right about accounts? What they said, held against who left within 90 days."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tenure.events.queries import open_lake
from tenure.predictions.evaluation.intervals import Interval, share_of_rows
from tenure.subscriptions.queries import outcomes
from tenure.tenants.queries import here

HORIZON = timedelta(days=90)
JUDGED_MOST = 500
LEAST = 10  # words of a kind before a share of them is said


@dataclass(frozen=True, slots=True)
class Word:
    """That somebody `feared` for an account, or was at ease about it; and whether it `left` within 90 days."""

    account: int
    author: str
    feared: bool
    left: bool

    @property
    def right(self) -> bool:
        """Who feared is right if the account left, who did not if it stayed."""
        return self.feared == self.left


@dataclass(frozen=True, slots=True)
class Came:
    """What came after `said` words of a kind: so many were about accounts that `left`. `share` of them is None below
    `LEAST` words; its interval knows that words about one account hang together."""

    said: int
    left: int
    share: Interval | None

    @property
    def stayed(self) -> int:
        return self.said - self.left


@dataclass(frozen=True, slots=True)
class Tally:
    """The words of one author, or of all (`author` empty), about so many different `accounts`."""

    author: str
    accounts: int
    feared: Came
    at_ease: Came
    right: Interval | None

    @property
    def said(self) -> int:
        return self.feared.said + self.at_ease.said


@dataclass(frozen=True, slots=True)
class Report:
    """The words of all, and of each author, who said most first."""

    all: Tally
    authors: tuple[Tally, ...]


def report(words: Sequence[Word]) -> Report:
    """How often they were right."""
    names = sorted({word.author for word in words})
    tallies = [_tally(name, [word for word in words if word.author == name]) for name in names]
    return Report(_tally("", words), tuple(sorted(tallies, key=lambda each: -each.said)))


def _tally(author: str, words: Sequence[Word]) -> Tally:
    return Tally(
        author=author,
        accounts=len({word.account for word in words}),
        feared=_came([word for word in words if word.feared]),
        at_ease=_came([word for word in words if not word.feared]),
        right=_share([word.right for word in words], words),
    )


def _came(words: Sequence[Word]) -> Came:
    left = [word.left for word in words]
    return Came(len(words), sum(left), _share(left, words))


def _share(marked: Sequence[bool], words: Sequence[Word]) -> Interval | None:
    if len(words) < LEAST:
        return None
    return share_of_rows(np.array(marked, bool), np.array([word.account for word in words], np.int64))


type Said = tuple[int, date]
"""An account, and the day on which something was said of it."""


def left_after(said: Collection[Said], day: date) -> Mapping[Said, date | None]:
    """Of each whose 90 days have passed by `day` and that was a customer then: when it left within them; None: it
    stayed. Two questions to the lake, none where nothing is due."""
    due = [each for each in said if each[1] + HORIZON <= day]
    if not due:
        return {}
    lake = open_lake(here().slug)
    found = outcomes(
        lake, as_of=sorted({on for _, on in due}), horizon=HORIZON.days, known=day,
        accounts=sorted({account for account, _ in due}), renewals=False,
    )  # fmt: skip
    known = {(each["account"], each["as_of"]): each["churned_on"] for each in found.to_pylist()}
    return {each: known[each] for each in due if each in known}

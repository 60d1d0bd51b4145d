"""What an alert is worth, and how often a rule was right. No Django, no clock, no data.

An alert was right when what it claimed was so: answering it helped (`success`) or did not (`no_effect`). It was wrong
when it was not so (`false_alarm`), or so but nobody's concern (`not_relevant`). Precision is the share of right ones
among those that were closed with an outcome (van Rijsbergen 1979, "Information Retrieval", chapter 7).
"""

from dataclasses import dataclass
from datetime import date
from math import comb

from tenure.alerts.document import Priority

PRIOR_RIGHT, PRIOR_WRONG = 2, 8
"""What is believed of a rule before anything was closed: Beta(2, 8): one in five is right. Ten answers weigh more."""
WEIGHTS: dict[Priority, float] = {"low": 0.5, "normal": 1.0, "high": 1.5, "urgent": 2.0}
HALVED_DAYS, LATE_DAYS, FAR_DAYS = 14, 14, 84
WOLF, WOLF_SURELY, WOLF_CLOSED = 0.3, 0.85, 8
"""A rule cries wolf when its precision is below the first with more than the second's probability, after so many."""
ASK_AGAIN = 8
"""Who said that a rule may go on is asked again after so many further answers."""
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Answers:
    """How a rule's closed alerts were: right, and wrong."""

    right: int = 0
    wrong: int = 0

    @property
    def closed(self) -> int:
        """All of them."""
        return self.right + self.wrong


@dataclass(frozen=True, slots=True)
class Worth:
    """What an alert is worth, in minor units of money: `mrr_minor` × 12 × `chance` × `urgency`, rounded once."""

    mrr_minor: int
    chance: float
    urgency: float

    @property
    def value_minor(self) -> int:
        """The product."""
        return round(self.mrr_minor * MONTHS * self.chance * self.urgency)


def chance(answers: Answers) -> float:
    """How likely the rule's next alert is right: the mean of the Beta posterior, to three places as it is shown."""
    return round((PRIOR_RIGHT + answers.right) / (PRIOR_RIGHT + PRIOR_WRONG + answers.closed), 3)


def urgency(priority: Priority, days_left: int) -> float:
    """The weight of the priority, halved for every 14 days there are still left, and doubled by the 14th day too late.

    Never less for a higher priority, never less when there are fewer days left. To two places, as it is shown.
    """
    late = min(max(-days_left, -FAR_DAYS), LATE_DAYS)
    return round(WEIGHTS[priority] * 2 ** (late / HALVED_DAYS), 2)


def worth(*, mrr_minor: int, answers: Answers, priority: Priority, due_on: date, today: date) -> Worth:
    """What an alert is worth on a day."""
    return Worth(mrr_minor, chance(answers), urgency(priority, (due_on - today).days))


def surely_below(answers: Answers, share: float) -> float:
    """The probability that the rule's precision is below `share`, when every precision was as likely before.

    The posterior is Beta(1 + right, 1 + wrong); for whole parameters its distribution function is a sum of binomial
    terms: I_x(a, b) = P(Bin(a + b - 1, x) >= a) (Abramowitz and Stegun 1964, 26.5.24).
    """
    a, n = answers.right + 1, answers.closed + 1
    return min(1.0, sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(a, n + 1)))


def cries_wolf(answers: Answers) -> bool:
    """Whether a rule is to be proposed for muting."""
    return answers.closed >= WOLF_CLOSED and surely_below(answers, WOLF) > WOLF_SURELY


def proposed(answers: Answers, dismissed_at: int | None) -> bool:
    """Whether muting is proposed, where somebody may have said after `dismissed_at` answers that it may go on."""
    waited = dismissed_at is None or answers.closed >= dismissed_at + ASK_AGAIN
    return waited and cries_wolf(answers)

"""What the vendor's team wrote down: kick-offs, trainings, check-ins, reviews, worries and handovers.

An account's life decides what is talked about: a decline brings a worried call, a champion who leaves a note, a term's
end a renewal talk. Larger customers are talked to more often.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from tenure.demo import companies, lives, people, words
from tenure.demo.companies import Profile
from tenure.demo.contracts import Scenario
from tenure.demo.lives import NEVER, YEAR, Lives
from tenure.demo.people import Staff

TAGS = ("Adoption", "Competitor", "Executive", "Feature request", "Pricing", "Reference", "Risk", "Training")
EVERY = (110, 75, 45, 30)  # days between check-ins, by plan
REVIEWS_FROM = 2  # the plan from which on there are business reviews
REVIEW_EVERY = 90
MANAGER = f"tomas@{words.VENDOR_DOMAIN}"

FINE = (
    "All is well. {who} says the planners stopped using spreadsheets. Next: show the second site.",
    "Short call with {who}. They work with it every day and want to know what comes next quarter.",
    "{who} asked for a report by shift. Sent the guide; they try it until Friday.",
    "They roll it out to the night shift now. {who} trains the team leads alone.",
)
ASKED = (
    "{who} wonders why the mobile check-in needs so many taps. Passed on to the product team.",
    "They wait for the ERP sync. Promised {who} an answer on the dates this week.",
    "{who} needs a limited login for contractors. Showed how roles do it.",
)
WORRIED = (
    "Use has dropped since last month. {who} says the new plant manager does not believe in it. "
    "**We need an hour with him.**",
    "{who} was hard to reach. Half of the technicians went back to paper after the sync broke. "
    "Sent the fix and a plan for two weeks.",
    "They look at two other products. {who} named price and reports. @Tomás Arrieta, can you join the next call?",
)
REVIEWED = (
    "**Goals of the last quarter**\n- Work orders closed in time: 71 % to 84 %\n- One place for all assets: done\n\n"
    "**Next quarter**\n- Bring in the second site\n- Reports by shift\n\n**Open**\n- ERP sync, dates by the "
    "end of the month",
    "**What came of it**\n- Unplanned stops fell by a fifth, says {who}\n- Stores count in half the time\n\n"
    "**Decisions**\n- Ten more seats from next month\n- A reference call in autumn, if all goes well",
)
HANDOVER = (
    "**Why they bought**\nOne place for assets and work orders instead of {tools}.\n\n"
    "**Who is who**\n- {who} decides on the daily work\n"
    "- {other} keeps the data in order\n\n**What we promised**\n- An answer within a day\n- A review each quarter\n\n"
    "**Never ask again**\nTheir sites, shifts and ERP are in the kick-off entry."
)
TOOLS = ("three spreadsheets", "paper and a whiteboard", "an old system that nobody maintains")


@dataclass(frozen=True, slots=True)
class Talk:
    """An entry of the team: at which account (the vendor's id), when, by whom (e-mail), and what of it. `people` are
    e-mail addresses of those who took part."""

    account: str
    at: datetime
    author: str
    kind: str
    subject: str
    body: str
    flow: str
    reason: str
    minutes: int | None = None
    work_type: str = ""
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    pinned: bool = False


def talks(scenario: Scenario) -> Iterator[Talk]:
    """Everything the team wrote, account by account, each oldest first."""
    drawn = lives.draw(scenario)
    for i, profile in enumerate(companies.profiles(scenario, drawn)):
        staff = people.staff(scenario, drawn, i, profile)
        if staff.ids:
            yield from sorted(_Desk(scenario, drawn, i, profile, staff).written(), key=lambda talk: talk.at)


class _Desk:
    """What one account's CSM writes."""

    def __init__(self, scenario: Scenario, drawn: Lives, i: int, profile: Profile, staff: Staff) -> None:
        self.scenario, self.lives, self.i, self.profile, self.staff = scenario, drawn, i, profile, staff
        self.rng = np.random.default_rng([scenario.seed, 11, i])
        self.plan = int(drawn.plan[i])
        self.start, self.end = int(drawn.start[i]), min(int(drawn.end[i]), scenario.days)

    def written(self) -> list[Talk]:
        found = [*self._onboarding(), *self._check_ins(), *self._reviews(), *self._worries(), *self._renewals()]
        return [talk for talk in found if talk is not None]

    def _onboarding(self) -> Iterator[Talk | None]:
        tools = TOOLS[int(self.rng.integers(len(TOOLS)))]
        if self.plan == 0:
            yield self._talk(
                1, "mail", "Welcome", "Sent the guide for the first week and offered a call.", "onboarding", "Kick-off"
            )
            return
        yield self._talk(
            3, "meeting", "Kick-off", f"They come from {tools}. {{who}} leads it at their side. "
            "Goal: all work orders of the main site within six weeks.", "onboarding", "Kick-off", minutes=60, two=True,
        )  # fmt: skip
        yield self._talk(
            12, "meeting", "First training", "Planners and team leads. They created and closed work orders alone at "
            "the end; the mobile app comes next week.", "onboarding", "Training", minutes=90, work="training",
            tags=("Training",),
        )  # fmt: skip
        if self.plan >= REVIEWS_FROM:
            other = self.staff.names[min(1, len(self.staff.names) - 1)]
            yield self._talk(
                35, "note", "Handover", HANDOVER.replace("{tools}", tools).replace("{other}", other), "relationship",
                "Handover", pinned=True,
            )  # fmt: skip

    def _check_ins(self) -> Iterator[Talk | None]:
        every = EVERY[self.plan]
        day = self.start + 40 + int(self.rng.integers(0, every))
        while day < self.end:
            texts, tag = (FINE, "Adoption") if self.rng.random() < 0.6 else (ASKED, "Feature request")
            kind = ("call", "call", "mail", "chat")[int(self.rng.integers(4))]
            minutes = int(self.rng.integers(3, 10)) * 5 if kind == "call" and self.rng.random() < 0.7 else None
            yield self._talk(
                day - self.start, kind, "Check-in" if kind == "call" else "", str(self.rng.choice(texts)), "adoption",
                "Check-in", minutes=minutes, tags=(tag,) if self.rng.random() < 0.5 else (),
            )  # fmt: skip
            day += int(every * self.rng.uniform(0.7, 1.4))

    def _reviews(self) -> Iterator[Talk | None]:
        if self.plan < REVIEWS_FROM:
            return
        for number, day in enumerate(range(self.start + REVIEW_EVERY, self.end, REVIEW_EVERY), start=1):
            yield self._talk(
                day - self.start + int(self.rng.integers(0, 9)), "meeting", f"Business review {number}",
                str(self.rng.choice(REVIEWED)), "relationship", "Business review", minutes=60,
                tags=("Executive",), two=True,
            )  # fmt: skip

    def _worries(self) -> Iterator[Talk | None]:
        turn, gone = int(self.lives.turn[self.i]), int(self.lives.champion_left[self.i])
        if turn < NEVER:
            for after in (12, 26):
                yield self._talk(
                    turn - self.start + after, "call", "Use is falling", str(self.rng.choice(WORRIED)), "support",
                    "Escalation", minutes=30, work="relationship", tags=("Risk",),
                )  # fmt: skip
        if gone < NEVER:
            name = self.staff.names[0]
            yield self._talk(
                gone - self.start + 2, "note", "Champion leaves", f"{name} has left the company. We do not know yet "
                "who follows. Find out this week.", "relationship", "Problem", tags=("Risk",),
            )  # fmt: skip

    def _renewals(self) -> Iterator[Talk | None]:
        for term in range(int(self.lives.paid[self.i]) + YEAR, self.end + 60, YEAR):
            yield self._talk(
                term - self.start - 45, "call", "Renewal", "{who} goes through the offer with purchasing. No change "
                "of terms so far; the answer comes by the end of the month.", "renewal", "Renewal talk", minutes=30,
                work="commercial", tags=("Pricing",),
            )  # fmt: skip

    def _talk(
        self, after: int, kind: str, subject: str, body: str, flow: str, reason: str, *, minutes: int | None = None,
        work: str = "", tags: tuple[str, ...] = (), two: bool = False, pinned: bool = False,
    ) -> Talk | None:  # fmt: skip
        """A talk so many days after the start, on the next working day; None where nobody is there to talk."""
        day = self.start + after
        while self.scenario.on(day).weekday() > 4:
            day += 1
        present = np.flatnonzero((self.staff.joined <= day) & (day < self.staff.left))
        if not self.start <= day < self.end or not len(present):
            return None
        with_ = [int(k) for k in present[: 2 if two else 1]]
        on = self.scenario.on(day)
        at = datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(
            minutes=int(self.rng.integers(8 * 12, 16 * 12)) * 5
        )
        author = MANAGER if self.rng.random() < 0.04 else self.profile.owner
        return Talk(
            self.profile.id, at, author, kind, subject, body.replace("{who}", self.staff.names[with_[0]]), flow, reason,
            minutes, work, tags, () if kind == "note" else tuple(self.staff.emails[k] for k in with_), pinned,
        )  # fmt: skip

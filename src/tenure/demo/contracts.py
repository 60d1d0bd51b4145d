"""What is asked of the simulator, and what it answers."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from tenure.base.months import months_after


@dataclass(frozen=True, slots=True)
class Scenario:
    """A company to simulate. The same scenario gives the same company, byte for byte.

    `end` is the first day that is not simulated: with `end` = the as-of, all data is from complete days.
    """

    end: date
    accounts: int = 400
    months: int = 18
    seed: int = 7

    def __post_init__(self) -> None:
        if self.accounts < 1 or self.months < 1:
            raise ValueError("A company needs at least one account and one month.")

    @property
    def first(self) -> date:
        """The first simulated day: `months` calendar months before the end."""
        return months_after(self.end, -self.months)

    @property
    def days(self) -> int:
        """How many days are simulated."""
        return (self.end - self.first).days

    def on(self, offset: int) -> date:
        """The date of a day offset from `first`."""
        return self.first + timedelta(days=int(offset))


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of the vendor's team."""

    name: str
    email: str
    role: str
    manager: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """A simulated company as the files that its systems would export: file name → rows."""

    scenario: Scenario
    team: tuple[Colleague, ...]
    tables: dict[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Written:
    """Where a company was written: the folder with the data, and the source map that describes it."""

    folder: Path
    map: Path
    rows: int

"""A board pack as its template reads it: finished strings, and heights of charts as shares of 1."""

from dataclasses import dataclass

type Tone = str
"""`good`, `bad`, `plain`; of a bar also `total`."""


@dataclass(frozen=True, slots=True)
class Change:
    """By how much a figure moved; empty where that is not known."""

    shown: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Line:
    """A metric of the summary: what it is now, against the month before, the year before and its target."""

    label: str
    kind: str
    shown: str
    month: Change
    year: Change
    target: str
    standing: str
    tone: Tone
    owner: str


@dataclass(frozen=True, slots=True)
class Pillar:
    """What grows recurring revenue: its first metric, that one's last months as heights, and all its metrics."""

    name: str
    first: Line
    course: tuple[float | None, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A height that can be read."""

    at: float
    shown: str


@dataclass(frozen=True, slots=True)
class Point:
    """A month of a course; `label` only where there is room for one."""

    at: float | None
    label: str
    shown: str


@dataclass(frozen=True, slots=True)
class Course:
    """A course over time. `mark` is the height of a line to compare with; `said` is for who cannot see the chart."""

    headline: str
    about: str
    said: str
    ticks: tuple[Tick, ...]
    points: tuple[Point, ...]
    mark: float | None
    filled: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from one height to another."""

    label: str
    shown: str
    start: float
    end: float
    tone: Tone


@dataclass(frozen=True, slots=True)
class Bridge:
    """From the MRR of the month before to that of this one."""

    headline: str
    about: str
    said: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """The movements of twelve months, the newest first, and what they add up to."""

    headline: str
    about: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A group over twelve months; `nrr_at` and `grr_at` are lengths as shares of the greatest."""

    label: str
    customers: str
    mrr: str
    nrr: str
    grr: str
    logo_churn: str
    revenue_churn: str
    nrr_at: float
    grr_at: float


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups side by side, and who left by size: (size, paid, customers, lost, logo churn, MRR lost, revenue churn)."""

    headline: str
    about: str
    by: str
    rows: tuple[Group, ...]
    note: str
    sizes_title: str
    sizes_about: str
    sizes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What is left of a cohort at an age; `step` is its shade, 0 to 5."""

    shown: str
    step: int


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A cohort."""

    name: str
    size: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class CohortMap:
    """The heat map."""

    headline: str
    about: str
    first: str
    rows: tuple[CohortRow, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long customers stay: seen, and as it may go on, each with the ends of its interval; `stats` are (label,
    figure, note)."""

    headline: str
    about: str
    said: str
    ticks: tuple[Tick, ...]
    seen: tuple[float, ...]
    seen_low: tuple[float, ...]
    seen_high: tuple[float, ...]
    curve: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    stats: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Account:
    """An account that moved."""

    name: str
    before: str
    after: str
    amount: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Accounts that moved the most, with what is said of the others, or `empty` where there is none."""

    title: str
    rows: tuple[Account, ...]
    tone: Tone
    more: str
    empty: str


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who left or shrank, and who came or grew."""

    headline: str
    about: str
    left: Moved
    grew: Moved


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a figure means and where it comes from; `kind` is trailing or leading."""

    label: str
    kind: str
    meaning: str
    source: str


@dataclass(frozen=True, slots=True)
class Document:
    """All of it; a part that there is nothing to say of is None or empty."""

    company: str
    title: str
    month: str
    prepared: str
    confidential: str
    footer: str
    ornament: tuple[float, ...]
    headline: str
    about: str
    against_month: str
    against_year: str
    pillars: tuple[Pillar, ...]
    told: tuple[str, ...]
    bridge: Bridge | None
    year: Year | None
    courses: tuple[Course, ...]
    groups: Groups | None
    cohorts: CohortMap | None
    lifetimes: Lifetimes | None
    accounts: Accounts | None
    meanings: tuple[Meaning, ...]
    notes: tuple[str, ...]

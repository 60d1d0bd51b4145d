"""The document of a layout: which parts of an account's pages stand there for whom, and in which order."""

from collections.abc import Collection, Sequence
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from tenure.base.refusals import Problem
from tenure.definitions.contracts import Kind
from tenure.segments import queries as segments
from tenure.tenants.permissions import Role

KIND = "layout"

type Tab = Literal[
    "overview", "timeline", "tasks", "people", "usage", "support", "money", "files", "segments", "alerts", "facts"
]
type Section = Literal["briefing", "why", "history", "moves", "pulse", "latest"]

TABS: tuple[Tab, ...] = get_args(Tab.__value__)
"""The pages of an account, in the order they have without a layout."""
SECTIONS: tuple[Section, ...] = get_args(Section.__value__)
"""The parts of its overview, likewise."""
RESERVED = frozenset({"new"})
"""Keys that no layout has: they are addresses of pages."""


class Layout(BaseModel):
    """Who sees what, in which order. It is for accounts of a segment, for members of a role, or for both together.

    What is named in neither list of a pair (a page that a later Tenure brings) stands at the end.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    segment: str = ""
    role: Role | None = None
    order: int = Field(default=10, ge=1, le=99)
    tabs: tuple[Tab, ...] = ()
    hidden_tabs: tuple[Tab, ...] = ()
    sections: tuple[Section, ...] = ()
    hidden_sections: tuple[Section, ...] = ()

    @model_validator(mode="after")
    def _for_somebody(self) -> Self:
        if not self.segment and self.role is None:
            raise ValueError("a layout is for a segment, for a role, or for both")
        if "overview" in self.hidden_tabs:
            raise ValueError("the overview is what an account opens with: it cannot be hidden")
        return self

    @property
    def shown_tabs(self) -> tuple[str, ...]:
        """The tabs in their order."""
        return arranged(self.tabs, self.hidden_tabs, TABS)

    @property
    def shown_sections(self) -> tuple[str, ...]:
        """The sections of the overview in their order."""
        return arranged(self.sections, self.hidden_sections, SECTIONS)


def arranged(order: Sequence[str], hidden: Collection[str], everything: Sequence[str]) -> tuple[str, ...]:
    """What is shown: first what has a place, then what nobody has placed; each once."""
    return tuple(dict.fromkeys(each for each in (*order, *everything) if each not in hidden))


def place(layout: Layout) -> tuple[bool, int, str]:
    """Where it stands among those that are tried."""
    return (not layout.segment, layout.order, layout.name.casefold())


def chosen(layouts: Sequence[Layout], *, role: Role, inside: Collection[str]) -> Layout | None:
    """The layout for a member of `role` at an account that is in the segments `inside`: those of a segment are tried
    before those of a role alone, each by their order, then by name; the first that fits."""
    tried = sorted(layouts, key=place)
    return next(
        (
            each
            for each in tried
            if each.role in (None, role) and (not each.segment or each.segment in inside)
        ),
        None,
    )  # fmt: skip


def check(key: str, body: BaseModel) -> list[Problem]:
    """What is wrong with a layout in this workspace."""
    assert isinstance(body, Layout)
    found = []
    if body.segment:
        known = {each: segment for each, segment in segments.in_force().items() if segment.entity == "account"}
        if body.segment not in known:
            found.append(Problem(f"there is no segment of accounts called {body.segment!r}", "segment"))
    return found


LAYOUT = Kind(KIND, Layout, check, reserved=RESERVED)

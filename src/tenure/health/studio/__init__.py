"""The scorecard studio: the draft of the card in force, what is odd about it, and what it would change."""

from tenure.health.linting import Finding
from tenure.health.studio.counting import Population, ProfileCount, Spread, population
from tenure.health.studio.drafting import Draft, changes, discard, publish, roll_back, save, working
from tenure.health.studio.editing import UnknownPlace, edited, part, with_measure
from tenure.health.studio.reports import Progress, progress, start
from tenure.health.studio.whatif import Course, Entries, Moved, OwnerEntries, Tested, Today, WhatIf

__all__ = [
    "Course", "Draft", "Entries", "Finding", "Moved", "OwnerEntries", "Population", "ProfileCount", "Progress",
    "Spread", "Tested", "Today", "UnknownPlace", "WhatIf", "changes", "discard", "edited", "part", "population",
    "progress", "publish", "roll_back", "save", "start", "with_measure", "working",
]  # fmt: skip

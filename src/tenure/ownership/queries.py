"""Reads of ownership that other domains rely on: who acts for whom, and what waits for a member."""

from tenure.ownership.absences import acting_for as acting_for  # noqa: PLC0414
from tenure.ownership.absences import away as away  # noqa: PLC0414
from tenure.ownership.absences import on_duty as on_duty  # noqa: PLC0414
from tenure.ownership.absences import works_for as works_for  # noqa: PLC0414
from tenure.ownership.handoffs import waiting_for as waiting_for  # noqa: PLC0414
from tenure.ownership.team import pools as pools  # noqa: PLC0414
from tenure.ownership.team import role_labels as role_labels  # noqa: PLC0414
from tenure.ownership.team import roles as roles  # noqa: PLC0414

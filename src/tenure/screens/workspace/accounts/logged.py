"""Rows of the log as items of a timeline."""

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from markupsafe import Markup

from tenure.customers import queries as customers
from tenure.events.contracts import RecordName
from tenure.measures.queries import EvidenceRow
from tenure.screens.access import TeamRequest
from tenure.screens.workspace.accounts import wording
from tenure.screens.workspace.accounts.items import Item, clock_of
from tenure.screens.workspace.accounts.wording import Happening


def told(request: TeamRequest, rows: pa.Table) -> list[Item]:
    """The rows, with the names of their people. One query."""
    said = rows.to_pylist()
    names = _names({row["person"] for row in said if row["person"]})
    return [event_item(request, row, names) for row in said]


def _names(people: set[int]) -> dict[int, str]:
    """What to call them: as the person that each was merged into, if any."""
    aliases = customers.merged().people
    known = customers.people_by_ids({aliases.holder(person) for person in people})
    found = {person: known.get(aliases.holder(person)) for person in people}
    return {key: row.name or row.email or row.external_id for key, row in found.items() if row}


def event_item(request: TeamRequest, row: Mapping[str, Any], names: Mapping[int, str]) -> Item:
    """A row of the log as an item."""
    properties = json.loads(str(row["properties"])) if row["properties"] else {}
    happened = Happening(
        row["class"] == "record", str(row["name"]), row["at"], row["person"], row["count"], row["seconds"],
        row["value"], row["errors"], properties, str(row["message_id"]),
    )  # fmt: skip
    return _item(request, happened, names)


def counted_item(request: TeamRequest, row: EvidenceRow, names: Mapping[int, str]) -> Item:
    """An event behind a measure as an item."""
    happened = Happening(
        row.name in set(RecordName), row.name, row.at, row.person, row.count, row.seconds, row.value, row.errors,
        row.properties, row.message_id,
    )  # fmt: skip
    return _item(request, happened, names)


def _item(request: TeamRequest, row: Happening, names: Mapping[int, str]) -> Item:
    said = wording.of(row, request.workspace.currency)
    who = names.get(row.person, "") if row.person else ""
    acted = bool(who and said.doing)
    title = Markup("<strong>{}</strong> {}").format(who, said.doing) if acted else Markup("{}").format(said.title)
    detail = " · ".join(part for part in (said.detail, "" if acted else who) if part)
    return Item(
        at=row.at, key=row.key, icon=said.icon, tone=said.tone, title=title,
        time=clock_of(request, row.at), body=Markup("{}").format(detail) if detail else Markup(""),
    )  # fmt: skip

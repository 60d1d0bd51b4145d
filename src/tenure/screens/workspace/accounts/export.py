"""A list as a file: the same rows, columns and order as on the screen, as CSV that spreadsheets open safely."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.http import StreamingHttpResponse
from django.views.decorators.http import require_GET

from tenure.base import tenancy
from tenure.base.refusals import Invalid
from tenure.customers import queries as customers
from tenure.health import lists
from tenure.health.lists import ListedAccount
from tenure.measures.contracts import Entity
from tenure.screens import formats
from tenure.screens.access import TeamRequest, page
from tenure.screens.workspace.accounts.asked import Selection, asked, selection
from tenure.screens.workspace.accounts.columns import Column
from tenure.screens.workspace.accounts.kinds import ACCOUNT_NAME
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import Permission

MOST = 100_000
FIXED = ("Id", "Name", "Status", "Score", "Band", "Change in 30 days", "Strongest reason", "Owner")
FIXED_OF_PEOPLE = ("Id", "Name", "E-mail", "Title", "Role", "Account")
_BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@page(Permission.EXPORT)
@require_GET
def export(request: TeamRequest) -> StreamingHttpResponse:
    """The list of accounts of this address as CSV."""
    wanted = _wanted(request, "account")
    counts = lists.count_accounts(request.as_of, where=wanted.where, owners=wanted.owners)
    found = lists.every_account(
        request.as_of, where=wanted.where, owners=wanted.owners, sort=wanted.sort, descending=wanted.descending,
        columns=[each.key for each in wanted.chosen],
    )  # fmt: skip
    rows = (_accounts(part, wanted.chosen) for part in found)
    return _file(request, wanted, FIXED, sum(each.accounts for each in counts), rows)


@page(Permission.EXPORT)
@require_GET
def export_people(request: TeamRequest) -> StreamingHttpResponse:
    """The list of people of this address as CSV."""
    wanted = _wanted(request, "person")
    total = lists.count_people(request.as_of, where=wanted.where, owners=wanted.owners)
    found = lists.every_person(
        request.as_of, where=wanted.where, owners=wanted.owners, sort=wanted.sort, descending=wanted.descending,
        columns=[each.key for each in wanted.chosen],
    )  # fmt: skip
    rows = (_people(part, wanted.chosen) for part in found)
    return _file(request, wanted, FIXED_OF_PEOPLE, total, rows)


def _wanted(request: TeamRequest, entity: Entity) -> Selection:
    """What the list shows. A filter that cannot be read is refused: nobody should take the whole list for a part of
    it."""
    wanted = selection(request, asked(request.GET, request.member.role, entity))
    if wanted.error is not None:
        raise Invalid(f"The filter cannot be read, so nothing was exported. {wanted.error.message}")
    return wanted


def _file(
    request: TeamRequest, wanted: Selection, fixed: Sequence[str], total: int, rows: Iterator[list[list[object]]]
) -> StreamingHttpResponse:
    """The rows as a file, at most 100,000; that it was taken is on the audit trail."""
    kind = wanted.asked.kind
    if total > MOST:
        raise Invalid(
            f"These are {formats.number(total)} {kind.some(total)}, and a file holds at most {formats.number(MOST)}. "
            "Narrow the list by a filter."
        )
    record_audit(
        by=request.member,
        action="list.exported",
        object=kind.place,
        after={kind.place: total, "where": wanted.asked.where, "as_of": request.as_of.isoformat()},
    )
    head = [*fixed, *(_head(each, request.workspace.currency) for each in wanted.chosen)]
    return sent(f"{kind.place}-{request.as_of.isoformat()}.csv", request.workspace.id, head, rows)


def sent(name: str, workspace: int, head: Sequence[str], rows: Iterator[list[list[object]]]) -> StreamingHttpResponse:
    """A head and parts of rows as a CSV file to keep."""
    return StreamingHttpResponse(
        _lines(workspace, head, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _lines(workspace: int, head: Sequence[str], rows: Iterator[list[list[object]]]) -> Iterator[str]:
    """The file in parts. The response is sent after the view has left its workspace: each part enters it again."""
    yield _BOM + _written([list(head)])
    while True:
        with tenancy.workspace(workspace):
            part = next(rows, None)
        if part is None:
            return
        yield _written(part)


def _accounts(part: Sequence[ListedAccount], chosen: Sequence[Column]) -> list[list[object]]:
    """One query: names and owners as they are now."""
    known = customers.accounts_by_ids([each.id for each in part])
    rows: list[list[object]] = []
    for each in part:
        account = known.get(each.id)
        if account is not None:
            fixed = (
                account.external_id, account.name, each.status, each.score, each.band_label, each.trend_30d,
                each.reason, account.owner_name,
            )  # fmt: skip
            rows.append([*fixed, *(each.values.get(column.key) for column in chosen)])
    return rows


def _people(part: Sequence[Mapping[str, object]], chosen: Sequence[Column]) -> list[list[object]]:
    keys = ("external_id", "name", "email", "title", "role", ACCOUNT_NAME, *(column.key for column in chosen))
    return [[row.get(key) for key in keys] for row in part]


def _head(column: Column, currency: str) -> str:
    """A column's name with its unit, since cells are plain numbers: `MRR (USD)`."""
    unit = currency if column.field.unit == "money" else column.field.unit
    return f"{column.label} ({unit})" if column.number and unit else column.label


def _written(rows: Sequence[Sequence[object]]) -> str:
    made = io.StringIO()
    csv.writer(made).writerows([[cell(value) for value in row] for row in rows])
    return made.getvalue()


def cell(value: object) -> str:
    """A value as a spreadsheet reads it: numbers as numbers, days as 2024-12-31, unknown as nothing. Text that a
    spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection)."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(round(value, 6))
    if isinstance(value, date):
        return value.isoformat()
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text

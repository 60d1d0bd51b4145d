"""The tabs that the book, handoffs and absences share, and how their pages write members and days."""

from collections.abc import Iterable, Mapping
from datetime import date

from tenure.ownership import handoffs
from tenure.ownership import queries as ownership
from tenure.ownership.contracts import Away, State
from tenure.screens import formats
from tenure.screens.access import TeamRequest
from tenure.screens.jinja import to
from tenure.tenants.queries import members_by_id

STATES = {
    State.PROPOSED: ("Proposed", "accent"),
    State.ACCEPTED: ("Accepted", "watch"),
    State.RETURNED: ("Returned", "warning"),
    State.DONE: ("Done", "good"),
    State.WITHDRAWN: ("Withdrawn", "outline"),
}
TABS = (
    ("book", "Book of business", "workspace:book"),
    ("handoffs", "Handoffs", "workspace:handoffs"),
    ("absences", "Absences", "workspace:absences"),
)


def tabs(request: TeamRequest, active: str, *, waiting: int | None = None) -> list[tuple[str, str, bool, int | None]]:
    """Each tab's label, address, whether it is open, and a count; `waiting` are handoffs that wait for the member."""
    return [
        (label, to(request, name), key == active, (waiting or None) if key == "handoffs" else None)
        for key, label, name in TABS
    ]


def names(ids: Iterable[int | None]) -> dict[int, str]:
    """What members are called. One query, none for nobody."""
    wanted = sorted({each for each in ids if each})
    return {each.id: each.label for each in members_by_id(wanted).values()} if wanted else {}


def away_text(away: Away, known: Mapping[int, str]) -> str:
    """`away until 4 Dec, Ben covers`."""
    covers = [known.get(each, "") for each in away.covers]
    by = f"away until {formats.short_day(away.until)}"
    if not covers:
        return f"{by}, nobody covers"
    shown = " or ".join(covers[:3]) + (f" or {len(covers) - 3} more" if len(covers) > 3 else "")
    return f"{by}, {shown} {'covers' if len(covers) == 1 else 'cover'}"


def cover_of(day: date, owner: int | None) -> str:
    """`Ann is away until 4 Dec, Ben covers`, beside an owner who is away on a day; empty for who is there. One query,
    one more for names."""
    found = ownership.away([owner], day) if owner else {}
    if not owner or owner not in found:
        return ""
    known = names([owner, *found[owner].covers])
    return f"{known[owner]} is {away_text(found[owner], known)}"


def under_way(request: TeamRequest, account: int) -> tuple[tuple[str, str], ...]:
    """The account's handoffs under way: state, address. One query."""
    return tuple(
        (f"Handoff {STATES[each.state][0].lower()}", to(request, "workspace:handoff", handoff=each.id))
        for each in handoffs.open_of_account(account)
    )

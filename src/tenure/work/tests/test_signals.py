"""What stands out about the people of an account, from what is known of each."""

from datetime import date, timedelta

import pytest

from tenure.customers.contracts import PersonRow, SaidSeat, Seat, Seated
from tenure.customers.seats import seat_of
from tenure.events.contracts import PersonUse
from tenure.work.standouts import Contacts, Kind, Standing, signals

DAY = date(2026, 3, 31)
NEVER = Contacts()


def one(
    person: int, role: str = "", *, days: int = 0, seen: int | None = None, contacts: Contacts = NEVER,
    said: Seat | None = None,
) -> Standing:  # fmt: skip
    """Somebody called `P<person>`, seen `seen` days ago, active on `days` of 28."""
    word = SaidSeat(said, "Ana", DAY) if said else None
    use = None if seen is None else PersonUse(days, DAY - timedelta(days=seen))
    return Standing(Seated(PersonRow(person, f"p-{person}", f"P{person}", "", "", role, None), word), use, contacts)


def told(*people: Standing, ours: dict[int, tuple[str, int]] | None = None) -> dict[Kind, str]:
    return {each.kind: each.why for each in signals(people, ours or {}, DAY)}


@pytest.mark.parametrize(
    ("role", "seat"),
    [
        ("", Seat.USER), ("Champion", Seat.CHAMPION), ("decision_maker", Seat.DECISION_MAKER),
        ("Economic buyer", Seat.DECISION_MAKER), ("Executive sponsor", Seat.SPONSOR), ("Administrator", Seat.ADMIN),
        ("a blocker", Seat.DETRACTOR), ("Groundskeeper", Seat.USER), ("badmin", Seat.USER),
    ],
)  # fmt: skip
def test_a_role_of_a_source_is_understood_by_its_words(role: str, seat: Seat) -> None:
    assert seat_of(role) is seat


def test_a_member_s_word_stands_over_the_source_s() -> None:
    assert one(1, "champion", said=Seat.DETRACTOR).who.seat is Seat.DETRACTOR


def test_nothing_stands_out_where_several_use_it_and_nobody_is_a_champion() -> None:
    assert told(one(1, days=3, seen=1), one(2, days=1, seen=9)) == {}


def test_one_active_person_is_single_threaded_with_n_of_how_many_are_known() -> None:
    (signal,) = signals([one(1, days=3, seen=1), one(2, seen=60), one(3)], {}, DAY)
    assert (signal.kind, signal.n, signal.of, signal.person, signal.cause) == (Kind.ONE_ACTIVE, 1, 3, 1, "person 1")
    assert signal.why == "Only P1 used the product in 28 days, on 3 days, of 3 people known."


def test_contacts_with_one_person_alone_say_something_from_the_third_on() -> None:
    two = told(one(1, contacts=Contacts(2, 2, DAY)), one(2))
    three = told(one(1, contacts=Contacts(2, 3, DAY)), one(2))
    assert (two, three) == ({}, {Kind.ONE_CONTACT: "All 3 contacts with people here were with P1, of 2 people known."})


def test_only_one_of_us_in_contact_is_single_threaded_too() -> None:
    alone = {Kind.ONE_OF_US: "Of our team only Ben has ever been in contact with them, 3 times."}
    assert told(ours={7: ("Ben", 3)}) == alone
    assert told(ours={7: ("Ben", 2)}) == {}
    assert told(ours={7: ("Ben", 3), 8: ("Ana", 1)}) == {}


def test_the_only_champion_is_told_and_who_has_left_is_none() -> None:
    champion, gone = one(1, "champion"), one(2, "champion", said=Seat.LEFT)
    assert told(champion, gone) == {Kind.ONE_CHAMPION: "P1 is the only champion, of 1 person known."}


def test_a_champion_is_quiet_from_the_thirtieth_day_without_use_or_contact() -> None:
    others = one(2, "champion", days=1, seen=1), one(3, days=1, seen=1)
    assert told(one(1, "champion", seen=29), *others) == {}
    (signal,) = signals([one(1, "champion", seen=30), *others], {}, DAY)
    assert (signal.kind, signal.n, signal.of, signal.cause) == (Kind.CHAMPION_QUIET, 1, 2, "1 2026-03-01")
    assert signal.why == "P1 was neither seen nor contacted for 30 days, since 1 Mar 2026."
    contacted = Contacts(1, 1, DAY - timedelta(days=5))
    assert told(one(1, "champion", seen=90, contacts=contacted), *others) == {}


def test_a_champion_who_was_never_there_is_not_quiet() -> None:
    assert Kind.CHAMPION_QUIET not in told(one(1, "champion"))


def test_a_mail_that_came_back_says_that_the_champion_left_unless_she_was_seen_since() -> None:
    others = one(2, "champion", days=1, seen=1), one(3, days=1, seen=1)
    back = Contacts(bounced=DAY - timedelta(days=2))
    (signal,) = signals([one(1, "champion", seen=40, contacts=back), *others], {}, DAY)
    assert (signal.kind, signal.cause) == (Kind.CHAMPION_LEFT, "1 2026-03-29")
    assert (
        signal.why == "A mail to P1 came back on 29 Mar 2026, and nothing was seen or heard of them since 19 Feb 2026."
    )
    assert told(one(1, "champion", days=1, seen=1, contacts=back), *others) == {}

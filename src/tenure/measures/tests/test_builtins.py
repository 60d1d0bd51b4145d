"""Each factor of the founding articles is a built-in measure, by its seed ID."""

from datetime import date, timedelta

import pytest

from tenure.measures.builtins import catalogue
from tenure.measures.document import Measure
from tenure.measures.tests.worlds import Event, World, ask

AS_OF = date(2024, 12, 31)
BUILTINS = catalogue(logins=("login",), core={"report": 3.0, "share": 1.0, "export": 1.0})


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def state(day: date, **more: object) -> dict[str, object]:
    return {"account": 1, "as_of": day, "status": "customer", "subscriptions": 1, **more}


def asked(*keys: str, world: World) -> list[object]:
    """The measures' values of account 1 on the as-of day."""
    chosen: dict[str, Measure] = {key: BUILTINS[key] for key in keys}
    [row] = ask(world, chosen, [AS_OF], also=BUILTINS)
    return [row[key] for key in keys]


LOGINS = World([Event(ago(n), "login", person=1 + n % 2) for n in (1, 1, 3, 10, 40)])


def test_s1_18_logins_and_their_frequency() -> None:
    assert asked("logins_7d", "logins_28d", "logins_84d", "login_days_28d", world=LOGINS) == [3.0, 4.0, 5.0, 3.0]


def test_s1_19_time_in_the_product() -> None:
    assert asked("minutes_28d", world=World([Event(ago(2), seconds=90.0), Event(ago(5), seconds=30.0)])) == [2.0]


def test_s1_20_how_often_support_is_needed() -> None:
    opened = [Event(ago(n), "ticket_opened", record={"id": f"T{n}"}) for n in (2, 50, 200)]
    closed = [Event(ago(49), "ticket_closed", record={"id": "T50"}, seconds=7200.0)]
    keys = ("tickets_opened_28d", "tickets_opened_84d", "tickets_total", "tickets_open", "resolution_minutes_84d")
    assert asked(*keys, world=World([*opened, *closed])) == [1.0, 2.0, 3.0, 2.0, 120.0]


def test_s1_21_people_using_it() -> None:
    assert asked("people_active_7d", "people_active_28d", world=LOGINS) == [1.0, 2.0]


def test_s1_22_how_long_a_payment_has_lapsed() -> None:
    issued = [
        Event(ago(60), "invoice_issued", record={"id": "I1", "due_on": ago(30).isoformat()}),
        Event(ago(40), "invoice_issued", record={"id": "I2", "due_on": ago(10).isoformat()}),
    ]
    paid = Event(ago(5), "invoice_paid", record={"id": "I1"})
    assert asked("payment_lapsed_days", world=World(issued)) == [30.0]
    assert asked("payment_lapsed_days", world=World([*issued, paid])) == [10.0]


def test_s1_23_renewals_so_far() -> None:
    assert asked("renewals_so_far", world=World(states=[state(AS_OF, renewals=3)])) == [3.0]


def test_s1_24_core_features_used_and_weighted_utilisation() -> None:
    world = World([Event(ago(1), "report"), Event(ago(2), "report"), Event(ago(9), "share"), Event(ago(9), "other")])
    assert asked("core_features_used_28d", "product_utilisation_28d", world=world) == [2.0, 0.8]


def test_s1_25_length_of_the_engagement() -> None:
    assert asked("tenure_days", world=World(accounts={1: ago(400)})) == [400.0]


def test_s1_26_how_the_account_grows() -> None:
    world = World(
        states=[state(AS_OF, mrr=150.0, seats=12), state(ago(28), mrr=120.0), state(ago(84), mrr=100.0, seats=10)]
    )
    found = asked("mrr_growth_28d", "mrr_growth_84d", "seats_growth_84d", world=world)
    assert found == [0.25, 0.5, pytest.approx(0.2, abs=1e-12)]


def test_s2_44_errors_met() -> None:
    assert asked("errors_28d", world=World([Event(ago(1), errors=2.0), Event(ago(2), errors=1.0)])) == [3.0]


def test_s2_46_e_mail_open_and_click_rate() -> None:
    sent = [Event(ago(n), "email_sent") for n in (1, 2, 3, 4)]
    world = World([*sent, Event(ago(1), "email_opened"), Event(ago(1), "email_clicked"), Event(ago(2), "email_opened")])
    assert asked("email_open_rate_28d", "email_click_rate_28d", "events_28d", world=world) == [0.5, 0.25, 0.0]


def test_s2_47_social_mentions() -> None:
    assert asked("social_mentions_84d", world=World([Event(ago(70), "social_mention_x")])) == [1.0]


def test_share_of_seats_used() -> None:
    world = World(
        [Event(ago(1), person=1), Event(ago(2), person=2)], states=[state(AS_OF, seats=8), state(ago(28), seats=8)]
    )
    assert asked("seats_used_share", world=world) == [0.25]


def test_satisfaction_with_its_number_of_answers() -> None:
    csat = [Event(ago(3), "survey_answered", value=v, record={"kind": "csat", "max": 5}) for v in (5.0, 4.0, 3.0, 1.0)]
    nps = [Event(ago(3), "survey_answered", value=v, record={"kind": "nps"}) for v in (10.0, 9.0, 7.0, 2.0)]
    keys = ("csat_84d", "csat_answers_84d", "nps_84d", "nps_answers_84d")
    assert asked(*keys, world=World([*csat, *nps])) == [0.5, 4.0, 25.0, 4.0]


def test_last_seen_reads_the_present_moment_and_windows_do_not() -> None:
    assert asked("days_since_last_seen", "events_7d", world=World([Event(AS_OF)])) == [0.0, 0.0]


def test_what_is_not_a_number_counts_as_nothing() -> None:
    world = World(
        [Event(ago(1), seconds=float("nan")), Event(ago(2), seconds=float("inf")), Event(ago(3), seconds=60.0)]
    )
    assert asked("minutes_28d", "events_28d", world=world) == [1.0, 3.0]


def test_windows_have_whole_weeks() -> None:
    windows = {m.window for m in BUILTINS.values()} - {None}
    assert windows == {7, 28, 84}


def test_about_forty_measures_of_accounts() -> None:
    assert len([m for m in BUILTINS.values() if "account" in m.entities]) == 52

"""The built-in catalogue: a measure for every factor that the founding articles name (S1.18–S1.26, S2.43–S2.47).

The documents here are the defaults; `tenure.measures.proposal` fits them to the names that a workspace's data has.
"""

from collections.abc import Mapping

from tenure.measures.document import (
    Aggregate,
    Counts,
    Direction,
    Features,
    Invoices,
    Measure,
    Measures,
    Subscription,
    Surveys,
    Tenure,
    Tickets,
    Usage,
)

WINDOWS = (7, 28, 84)
LOGINS = ("login", "log in", "logged in", "login_*", "log_in*", "logged_in*", "user_login*", "sign in", "signed in",
          "sign_in*", "signed_in*", "signin*", "session_start*", "session started")  # fmt: skip
NOT_USE = ("email_*", "email *", "newsletter_*", "social_*", "mention*", "survey_*")
EMAIL_SENT = ("email_sent", "email sent", "email_delivered", "email delivered")
EMAIL_OPENED = ("email_opened", "email opened", "email_open")
EMAIL_CLICKED = ("email_clicked", "email clicked", "email_click", "email_link_clicked")
SOCIAL = ("social_mention*", "social mention*", "mention*")
BOTH, ACCOUNTS = ("account", "person"), ("account",)


def catalogue(*, logins: tuple[str, ...] = LOGINS, core: Mapping[str, float] | None = None) -> dict[str, Measure]:
    """All built-in measures by key; those of core features only when `core` (event name → weight) is given."""
    use = Usage(what="usage", but_not=NOT_USE)
    found: dict[str, Measure] = {}
    found |= _usage(use, Usage(what="usage", names=logins))
    if core:
        found |= _core(Features(what="features", weights=dict(core)))
    found |= _support()
    found |= _money()
    found |= _voice()
    return found


def _usage(use: Usage, logins: Usage) -> dict[str, Measure]:
    found = {}
    for days in WINDOWS:
        found[f"logins_{days}d"] = _measure(logins, "count", days, f"Logins in {days} days", "logins")
        found[f"active_days_{days}d"] = _measure(use, "days", days, f"Days with use in {days} days", "days")
        found[f"events_{days}d"] = _measure(use, "count", days, f"Things done in {days} days", "events")
        found[f"people_active_{days}d"] = _measure(
            use, "people", days, f"People active in {days} days", "people", entities=ACCOUNTS
        )
        found[f"minutes_{days}d"] = _measure(use, "minutes", days, f"Minutes in the product in {days} days", "minutes")
    for days in (28, 84):
        found[f"errors_{days}d"] = _measure(
            use, "errors", days, f"Errors met in {days} days", "errors", direction="lower_is_better"
        )
    found["login_days_28d"] = _measure(logins, "days", 28, "Days with a login in 28 days", "days")
    found["features_used_28d"] = _measure(use, "features", 28, "Different features used in 28 days", "features")
    found["days_since_last_seen"] = _measure(
        use, "days_since", None, "Days since last seen", "days", direction="lower_is_better"
    )
    return found


def _core(core: Features) -> dict[str, Measure]:
    found = {}
    for days in (28, 84):
        found[f"core_features_used_{days}d"] = _measure(
            core, "features", days, f"Core features used in {days} days", "features"
        )
        found[f"product_utilisation_{days}d"] = _measure(
            core, "utilisation", days, f"Product utilisation in {days} days", "share",
            text="Weight of the core features used, over the weight of all core features.",
        )  # fmt: skip
    return found


def _support() -> dict[str, Measure]:
    found = {}
    for days in (28, 84):
        found[f"tickets_opened_{days}d"] = _measure(
            Tickets(what="tickets"), "count", days, f"Support tickets opened in {days} days", "tickets",
            direction="lower_is_better", text="How often support is needed.",
        )  # fmt: skip
    found["tickets_total"] = _measure(
        Tickets(what="tickets"), "count", None, "Support tickets in all", "tickets", direction="neutral"
    )
    found["tickets_open"] = _measure(
        Tickets(what="tickets"), "open", None, "Open tickets", "tickets", direction="lower_is_better"
    )
    found["escalations_84d"] = _measure(
        Tickets(what="tickets", event="escalated"), "count", 84, "Escalated tickets in 84 days", "tickets",
        direction="lower_is_better",
    )  # fmt: skip
    found["resolution_minutes_84d"] = _measure(
        Tickets(what="tickets", event="closed"), "average_minutes", 84, "Minutes until tickets are resolved, 84 days",
        "minutes", direction="lower_is_better",
    )  # fmt: skip
    found["first_answer_minutes_84d"] = _measure(
        Tickets(what="tickets", event="answered"), "average_minutes", 84, "Minutes until the first answer, 84 days",
        "minutes", direction="lower_is_better",
    )  # fmt: skip
    return found


def _money() -> dict[str, Measure]:
    found = {
        "payment_lapsed_days": _measure(
            Invoices(what="invoices"), "lapsed_days", None, "Days a payment is overdue", "days", entities=ACCOUNTS,
            direction="lower_is_better", text="Since the due day of the oldest unpaid invoice; 0 when all is paid.",
        ),
        "renewals_so_far": _measure(
            Subscription(what="subscription", field="renewals"), "now", None, "Renewals so far", "renewals",
            entities=ACCOUNTS,
        ),
        "seat_count": _measure(
            Subscription(what="subscription", field="seats"), "now", None, "Seats paid for", "seats", entities=ACCOUNTS
        ),
        "tenure_days": _measure(Tenure(what="tenure"), "now", None, "Days with us", "days"),
        "seats_used_share": _measure(
            Measures(what="measures", of="people_active_28d", over="seat_count"), "ratio", None,
            "Share of seats used in 28 days", "share", entities=ACCOUNTS,
            text="People active in 28 days over seats paid for.",
        ),
    }  # fmt: skip
    for days in (28, 84):
        found[f"mrr_growth_{days}d"] = _measure(
            Subscription(what="subscription", field="mrr"), "growth", days, f"Growth of MRR in {days} days", "share",
            entities=ACCOUNTS,
        )  # fmt: skip
    found["seats_growth_84d"] = _measure(
        Subscription(what="subscription", field="seats"), "growth", 84, "Growth of seats in 84 days", "share",
        entities=ACCOUNTS,
    )  # fmt: skip
    return found


def _voice() -> dict[str, Measure]:
    csat, nps = Surveys(what="surveys", survey="csat"), Surveys(what="surveys", survey="nps")
    ces = Surveys(what="surveys", survey="ces")
    sent, opened = Usage(what="usage", names=EMAIL_SENT), Usage(what="usage", names=EMAIL_OPENED)
    clicked = Usage(what="usage", names=EMAIL_CLICKED)
    return {
        "csat_84d": _measure(
            csat, "share", 84, "Satisfied answers in 84 days", "share", text="Share of answers 4–5 of 5 (CSAT)."
        ),
        "csat_answers_84d": _measure(
            csat, "count", 84, "Satisfaction answers in 84 days", "answers", direction="neutral"
        ),
        "csat_last": _measure(csat, "last", None, "Last satisfaction answer", "points"),
        "nps_84d": _measure(
            nps, "nps", 84, "NPS in 84 days", "points", text="Share of answers 9–10 less share of 0–6, in points."
        ),
        "nps_answers_84d": _measure(nps, "count", 84, "NPS answers in 84 days", "answers", direction="neutral"),
        "nps_last": _measure(nps, "last", None, "Last NPS answer", "points"),
        "ces_84d": _measure(ces, "average", 84, "Customer effort in 84 days", "points", text="Mean of answers 1–7."),
        "emails_sent_28d": _measure(sent, "count", 28, "E-mails sent in 28 days", "e-mails", direction="neutral"),
        "emails_opened_28d": _measure(opened, "count", 28, "E-mails opened in 28 days", "e-mails"),
        "emails_clicked_28d": _measure(clicked, "count", 28, "E-mail links followed in 28 days", "clicks"),
        "email_open_rate_28d": _measure(
            Measures(what="measures", of="emails_opened_28d", over="emails_sent_28d"), "ratio", None,
            "Share of e-mails opened in 28 days", "share",
        ),
        "email_click_rate_28d": _measure(
            Measures(what="measures", of="emails_clicked_28d", over="emails_sent_28d"), "ratio", None,
            "Share of e-mails followed in 28 days", "share",
        ),
        "social_mentions_84d": _measure(
            Usage(what="usage", names=SOCIAL), "count", 84, "Mentions in social media in 84 days", "mentions"
        ),
    }  # fmt: skip


def _measure(
    counts: Counts,
    aggregate: Aggregate,
    window: int | None,
    label: str,
    unit: str,
    *,
    entities: tuple[str, ...] = BOTH,
    direction: Direction = "higher_is_better",
    text: str = "",
) -> Measure:
    return Measure.model_validate(
        {
            "label": label, "description": text, "entities": entities, "counts": counts, "aggregate": aggregate,
            "window": window, "unit": unit, "direction": direction,
        }
    )  # fmt: skip

"""What the rows of each role state: a ticket row is up to five events, a subscription row two."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from tenure.events.contracts import RecordName
from tenure.ingest.maps import roles
from tenure.ingest.staging import text as sql
from tenure.ingest.staging.cells import Cell
from tenure.ingest.staging.shapes import Facet, Shape, Suspicion, Taking, joined

_BILLING = {
    **dict.fromkeys(("monthly", "month", "m", "p1m", "1 month"), "monthly"),
    **dict.fromkeys(("annual", "annually", "yearly", "year", "y", "p1y", "12 months"), "annual"),
}
_NOTICE = {"days": "days", "day": "days", "months": "months", "month": "months"}


def unfold(name: str, role: roles.Role) -> Shape:
    """The shape of a role; `name` is its place in the entry (`tickets`, `events.login`)."""
    taking = Taking(name)
    unfold_role = cast("Callable[[Taking, roles.Role], _Unfolded]", _UNFOLD[type(role)])
    key, facets, suspicions = unfold_role(taking, role)
    return Shape(name, role, tuple(taking.cells), key, tuple(facets), tuple(suspicions))


type _Unfolded = tuple[tuple[Cell, ...], list[Facet], list[Suspicion]]


def _accounts(t: Taking, role: roles.Accounts) -> _Unfolded:
    t.take("key", role.key, "id", required=True)
    key = (t.cells[-1],)
    t.take("name", role.name, "text")
    started = t.take("started_on", role.started_on, "moment")
    t.take("parent", role.parent, "id")
    t.take("kind", role.kind, "text", choices=("account", "product_instance"))
    t.take("product", role.product, "text")
    t.take("owner", role.owner, "text")
    t.traits(role.traits)
    if role.started_on is None:
        return key, [], []
    signed_up = Facet(
        "signed_up", sql.text(RecordName.ACCOUNT_SIGNED_UP), started, t.day("started_on"), f"{started} IS NOT NULL"
    )
    return key, [signed_up], []


def _people(t: Taking, role: roles.People) -> _Unfolded:
    t.take("key", role.key, "id", required=True)
    key = (t.cells[-1],)
    for name, column in (("email", role.email), ("name", role.name), ("title", role.title), ("role", role.role)):
        t.take(name, column, "text")
    t.take("started_on", role.started_on, "moment")
    if role.account is not None:
        t.who(role.account)
        t.cells[-1] = replace(t.cells[-1], required=False)
    t.traits(role.traits)
    return key, [], []


def _memberships(t: Taking, role: roles.Memberships) -> _Unfolded:
    t.who(role.account, role.person)
    t.cells[-1] = replace(t.cells[-1], required=True)
    key = tuple(t.cells)
    t.take("role", role.role, "text")
    t.take("since", role.since, "moment")
    t.take("until", role.until, "moment")
    return key, [], []


def _owners(t: Taking, role: roles.Owners) -> _Unfolded:
    t.who(role.account)
    account = t.cells[-1]
    t.take("email", role.email, "text", required=True)
    t.take("role", role.role, "text")
    key = (account, t.cells[-1]) if role.role is not None else (account,)
    t.take("since", role.since, "moment")
    return key, [], []


def _trait_history(t: Taking, role: roles.TraitHistory) -> _Unfolded:
    t.who(role.account, role.person)
    who = t.cells[-1]
    t.take("at", role.at, "moment", required=True)
    key: tuple[Cell, ...] = (who, t.cells[-1])
    t.traits(role.traits)
    if role.name is not None and role.value is not None:
        t.take("name", role.name, "text", required=True)
        key = (*key, t.cells[-1])
        t.take("value", role.value, "text")
    return key, [], []


def _events(t: Taking, role: roles.Events) -> _Unfolded:
    key = t.key(role.key)
    t.who(role.account, role.person)
    at = t.take("at", role.at, "moment", required=True)
    name = t.take("name", role.name, "text", required=True)
    count = t.take("count", role.count, "number", negative=False)
    seconds = t.take("seconds", role.seconds, "duration", negative=False)
    value = t.take("value", role.value, "number")
    errors = t.take("errors", role.errors, "number", negative=False)
    several = "." in t.name
    facet = Facet(
        t.name.replace("events.", "event:", 1) if several else "event", name, at, t.day("at"),
        f"coalesce({count}, 0) > 0" if several and role.count is not None else "TRUE",
        usage=True, count=f"coalesce({count}, 1)", seconds=double(seconds), value=double(value),
        errors=double(errors), properties=t.traits(role.properties),
    )  # fmt: skip
    return key, [facet], []


def _terms(t: Taking, role: roles.Terms) -> dict[str, str]:
    currency = t.take("currency", role.currency, "currency") if role.currency is not None else None
    plan, product = t.take("plan", role.plan, "text"), t.take("product", role.product, "text")
    seats = t.take("seats", role.seats, "whole", negative=False)
    packs = t.take("packs", role.packs, "whole", negative=False)
    pack_size = t.take("pack_size", role.pack_size, "whole", negative=False)
    mrr = t.take("mrr", role.mrr, "money", negative=False, currency=currency)
    is_trial = t.take("is_trial", role.is_trial, "boolean")
    billing = t.take("billing", role.billing, "text")
    auto_renew = t.take("auto_renew", role.auto_renew, "boolean")
    t.take("term_end", role.term_end, "moment")
    notice_period = t.take("notice_period", role.notice_period, "whole", negative=False)
    notice_unit = t.take("notice_unit", role.notice_unit, "text", choices=tuple(_NOTICE))
    return {
        "plan": plan,
        "product": product,
        "seats": seats,
        "packs": packs,
        "pack_size": pack_size,
        "mrr_minor": mrr,
        "currency": _currency(currency),
        "is_trial": is_trial,
        "billing": sql.case(f"lower({billing})", {k: sql.text(v) for k, v in _BILLING.items()}, f"lower({billing})")
        if role.billing is not None
        else "NULL",
        "auto_renew": auto_renew,
        "term_end": f"CAST({t.day('term_end')} AS VARCHAR)" if role.term_end is not None else "NULL",
        "notice_period": notice_period,
        "notice_unit": sql.case(notice_unit, {k: sql.text(v) for k, v in _NOTICE.items()}, "NULL")
        if role.notice_unit is not None
        else "NULL",
    }


def _subscriptions(t: Taking, role: roles.Subscriptions) -> _Unfolded:
    key = t.key(role.key)
    t.who(role.account)
    start = t.take("start", role.start, "moment", required=True)
    end = t.take("end", role.end, "moment")
    terms = {"id": joined(key), **_terms(t, role)}
    facets = [Facet("started", sql.text(RecordName.SUBSCRIPTION_STARTED), start, t.day("start"), properties=terms)]
    if role.end is None:
        return key, facets, []
    later = role.end_is == "last_day"
    facets.append(
        Facet(
            "ended",
            sql.text(RecordName.SUBSCRIPTION_ENDED),
            f"{end} + INTERVAL 1 DAY" if later else end,
            f"CAST({t.day('end')} + 1 AS DATE)" if later else t.day("end"),
            f"{end} IS NOT NULL",
            properties=terms,
        )
    )
    return key, facets, [Suspicion("ends before it starts", f"{t.day('end')} < {t.day('start')}")]


def _subscription_changes(t: Taking, role: roles.SubscriptionChanges) -> _Unfolded:
    key = t.key(role.key)
    t.who(role.account)
    subscription = t.take("subscription", role.subscription, "id", required=True)
    at = t.take("at", role.at, "moment", required=True)
    terms = {"id": subscription, **_terms(t, role)}
    return key, [Facet("changed", sql.text(RecordName.SUBSCRIPTION_CHANGED), at, t.day("at"), properties=terms)], []


def _invoices(t: Taking, role: roles.Invoices) -> _Unfolded:
    key = t.key(role.key)
    t.who(role.account)
    issued = t.take("issued", role.issued, "moment", required=True)
    currency = t.take("currency", role.currency, "currency") if role.currency is not None else None
    amount = t.take("amount", role.amount, "money", required=True, currency=currency)
    t.take("due", role.due, "moment")
    paid = t.take("paid", role.paid, "moment")
    said = {"id": joined(key), "currency": _currency(currency)}
    due = {"due_on": f"CAST({t.day('due')} AS VARCHAR)"} if role.due is not None else {}
    returned = t.take("returned", role.returned, "money", currency=currency)
    dispute = t.take("dispute", role.dispute, "text")
    back = {
        **({"returned_minor": returned} if role.returned is not None else {}),
        **({"dispute": dispute} if role.dispute is not None else {}),
    }
    facets = [
        Facet("issued", sql.text(RecordName.INVOICE_ISSUED), issued, t.day("issued"), value=double(amount),
              properties={**said, **due, **back}),
    ]  # fmt: skip
    if role.paid is not None:
        facets.append(
            Facet("paid", sql.text(RecordName.INVOICE_PAID), paid, t.day("paid"), f"{paid} IS NOT NULL",
                  value=double(amount), properties=said)
        )  # fmt: skip
    return key, facets, []


def _tickets(t: Taking, role: roles.Tickets) -> _Unfolded:
    key = t.key(role.key)
    t.who(role.account, role.person)
    opened = t.take("opened", role.opened, "moment", required=True)
    said = {"id": joined(key)}
    about = {
        "priority": t.take("priority", role.priority, "text"),
        "subject": t.take("subject", role.subject, "text"),
        "is_error": t.take("is_error", role.is_error, "boolean"),
    }
    first = t.take("first_response", role.first_response, "duration", negative=False)
    answered = t.take("answered", role.answered, "moment")
    resolution = t.take("resolution", role.resolution, "duration", negative=False)
    closed = t.take("closed", role.closed, "moment")
    facets = [
        Facet("opened", sql.text(RecordName.TICKET_OPENED), opened, t.day("opened"), properties={**said, **about})
    ]
    for facet, name, at, length, known in (
        ("answered", RecordName.TICKET_ANSWERED, answered, first, role.answered or role.first_response),
        ("closed", RecordName.TICKET_CLOSED, closed, resolution, role.closed or role.resolution),
    ):
        if known is not None:
            moment = f"coalesce(CAST({at} AS TIMESTAMP), {_after(opened, length)})"
            lasted = f"coalesce({double(length)}, {_between(opened, at)})"
            facets.append(
                Facet(facet, sql.text(name), moment, f"__day({moment})", f"{moment} IS NOT NULL", seconds=lasted,
                      properties=said)
            )  # fmt: skip
    end = f"coalesce({facets[-1].at}, {opened})" if facets[-1].facet == "closed" else opened
    facets += _escalation(t, role, end, said) + _satisfaction(t, role, end, said)
    odd = [Suspicion("closed before it was opened", f"{closed} < {opened}")] if role.closed is not None else []
    return key, facets, odd


def _escalation(t: Taking, role: roles.Tickets, end: str, said: Mapping[str, str]) -> list[Facet]:
    """Without a time of its own it is dated at the ticket's end: by then it was known for sure."""
    if role.escalated is None and role.escalated_at is None:
        return []
    escalated, at = t.take("escalated", role.escalated, "boolean"), t.take("escalated_at", role.escalated_at, "moment")
    moment = f"coalesce(CAST({at} AS TIMESTAMP), {end})"
    when = f"coalesce(CAST({escalated} AS BOOLEAN), {at} IS NOT NULL)"
    return [
        Facet("escalated", sql.text(RecordName.TICKET_ESCALATED), moment, f"__day({moment})", when, properties=said)
    ]


def _satisfaction(t: Taking, role: roles.Tickets, end: str, said: Mapping[str, str]) -> list[Facet]:
    if role.satisfaction is None:
        return []
    score, at = (
        t.take("satisfaction", role.satisfaction, "number"),
        t.take("satisfaction_at", role.satisfaction_at, "moment"),
    )
    moment = f"coalesce(CAST({at} AS TIMESTAMP), {end})"
    return [
        Facet(
            "satisfaction",
            sql.text(RecordName.SURVEY_ANSWERED),
            moment,
            f"__day({moment})",
            f"{score} IS NOT NULL",
            value=score,
            properties={**said, "kind": "'csat'", "max": _number(role.satisfaction_max)},
        )
    ]


def _surveys(t: Taking, role: roles.Surveys) -> _Unfolded:
    key = t.key(role.key)
    t.who(role.account, role.person)
    at = t.take("at", role.at, "moment", required=True)
    kind = t.take("kind", role.kind, "text", required=True, choices=("nps", "csat", "ces"))
    score = t.take("score", role.score, "number", required=True)
    top = _number(role.max) if role.max is not None else f"CASE {kind} WHEN 'nps' THEN 10 WHEN 'csat' THEN 5 ELSE 7 END"
    text = t.take("text", role.text, "text")
    said = {"id": joined(key), "kind": kind, "max": top, "text": text}
    answer = Facet("answer", sql.text(RecordName.SURVEY_ANSWERED), at, t.day("at"), value=score, properties=said)
    return key, [answer], [Suspicion("score above the top of the scale", f"{score} > {top}")]


def _churn(t: Taking, role: roles.Churn) -> _Unfolded:
    key = t.key(role.key)
    t.who(role.account)
    at = t.take("at", role.at, "moment", required=True)
    currency = t.take("currency", role.currency, "currency") if role.currency is not None else None
    said = {
        "id": joined(key),
        "reason": t.take("reason", role.reason, "text"),
        "feedback": t.take("feedback", role.feedback, "text"),
        "is_reactivation": t.take("is_reactivation", role.is_reactivation, "boolean"),
        "amount_minor": t.take("amount", role.amount, "money", currency=currency),
        "currency": _currency(currency) if role.amount is not None else "NULL",
    }
    return key, [Facet("lost", sql.text(RecordName.ACCOUNT_LOST), at, t.day("at"), properties=said)], []


_UNFOLD: Mapping[type, object] = {
    roles.Accounts: _accounts,
    roles.People: _people,
    roles.Memberships: _memberships,
    roles.Owners: _owners,
    roles.TraitHistory: _trait_history,
    roles.Events: _events,
    roles.Subscriptions: _subscriptions,
    roles.SubscriptionChanges: _subscription_changes,
    roles.Invoices: _invoices,
    roles.Tickets: _tickets,
    roles.Surveys: _surveys,
    roles.Churn: _churn,
}


def _currency(currency: str | None) -> str:
    return "__currency" if currency is None else f"coalesce({currency}, __currency)"


def double(value: str) -> str:
    return f"CAST({value} AS DOUBLE)"


def _after(start: str, seconds: str) -> str:
    return f"{start} + to_microseconds(CAST(round({double(seconds)} * 1e6) AS BIGINT))"


def _between(start: str, end: str) -> str:
    return f"epoch(CAST({end} AS TIMESTAMP)) - epoch({start})"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)

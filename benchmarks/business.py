"""Made-up business records for measuring: subscriptions, tickets, answers and invoices in the EVENTS schema."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from tenure.events import queries
from tenure.events.contracts import EVENTS

_SQL = {
    "subscription_started": """
        select account, started as day, null as value, null as seconds,
            json_object('id', 's' || account, 'plan', plan, 'seats', seats, 'mrr_minor', seats * 2900,
                'currency', 'USD', 'is_trial', false, 'billing', 'annual', 'auto_renew', true,
                'term_end', cast(cast(started + interval 1 year as date) as varchar)) as properties
        from drawn""",
    "subscription_changed": """
        select account, changed as day, null, null,
            json_object('id', 's' || account, 'plan', plan, 'seats', seats + 5, 'mrr_minor', (seats + 5) * 2900,
                'currency', 'USD', 'is_trial', false, 'billing', 'annual', 'auto_renew', true,
                'term_end', cast(cast(started + interval 1 year as date) as varchar))
        from drawn where u1 < 0.3 and changed > started""",
    "subscription_ended": """
        select account, ended as day, null, null, json_object('id', 's' || account)
        from drawn where u2 < 0.08 and ended > changed""",
    "ticket_opened": """
        select account, ticket as day, null, null,
            json_object('id', 't' || account || '-' || n, 'priority', 'normal', 'subject', 'Question',
                'is_error', u3 < 0.1)
        from drawn, generate_series(1, 2) as g(n) where u3 * n < 0.6""",
    "ticket_closed": """
        select account, cast(ticket + interval 2 day as date) as day, null, 7200 + 90000 * u1,
            json_object('id', 't' || account || '-' || n)
        from drawn, generate_series(1, 2) as g(n) where u3 * n < 0.55""",
    "survey_answered": """
        select account, answered as day, cast(floor(11 * sqrt(u2)) as double), null,
            json_object('id', 'a' || account, 'kind', 'nps', 'max', 10)
        from drawn where u1 > 0.4""",
    "invoice_issued": """
        select account, cast($last - to_days(30 * n) as date) as day, seats * 2900.0, null,
            json_object('id', 'i' || account || '-' || n, 'currency', 'USD',
                'due_on', cast(cast($last - to_days(30 * n - 14) as date) as varchar))
        from drawn, generate_series(1, 3) as g(n)""",
    "invoice_paid": """
        select account, cast($last - to_days(30 * n - 10) as date) as day, null, null,
            json_object('id', 'i' || account || '-' || n)
        from drawn, generate_series(1, 3) as g(n) where u1 < 0.97 or n > 1""",
}  # fmt: skip


def starts(*, accounts: int, first: date, seed: int) -> np.ndarray:
    """The day each account began: one in three before `first`, the others in the half-year after."""
    draw = np.random.default_rng((seed, 11))
    return np.datetime64(first) + draw.integers(-90, 180, accounts)


def records(*, accounts: int, first: date, last: date, seed: int) -> pa.Table:
    """All records of accounts 1..n from `first` until (excluding) `last`."""
    draw = np.random.default_rng((seed, 12))
    started = starts(accounts=accounts, first=first, seed=seed)
    rest = (np.datetime64(last) - started).astype(np.int64)

    def later() -> pa.Array:
        return pa.array((started + (draw.random(accounts) * rest).astype(np.int64)).astype("datetime64[D]"))

    drawn = pa.table(
        {
            "account": np.arange(1, accounts + 1),
            "started": pa.array(started.astype("datetime64[D]")),
            "changed": later(),
            "ended": later(),
            "ticket": later(),
            "answered": later(),
            "plan": pa.array(["Starter", "Pro", "Enterprise"]).take(pa.array(draw.integers(0, 3, accounts))),
            "seats": draw.integers(2, 60, accounts),
            **{f"u{n}": draw.random(accounts) for n in (1, 2, 3)},
        }
    )
    parts = [_named(name, sql, drawn, last) for name, sql in _SQL.items()]
    return pa.concat_tables(parts)


def _named(name: str, sql: str, drawn: pa.Table, last: date) -> pa.Table:
    """The rows of one kind of record, complete."""
    whole = f"""
        select 'record' as class, strftime(day, '%Y-%m') as month, day, day as known_day,
            cast(day as timestamptz) + interval 9 hour as "at",
            cast(day as timestamptz) + interval 9 hour as received_at,
            account, cast(null as bigint) as person, 'billing' as source, $name as name,
            $name || ':' || account || ':' || row_number() over () as message_id, account as content,
            cast(1 as tinyint) as sign, 1.0 as count,
            cast(seconds as double) as seconds, cast(value as double) as value,
            cast(null as double) as errors, cast(properties as varchar) as properties
        from (select * from ({sql}) as x(account, day, value, seconds, properties) where day < $until)"""
    found = queries.engine().query(
        whole, relations={"drawn": drawn}, params={"name": name, "last": last - timedelta(days=1), "until": last}
    )
    return found.select(EVENTS.names).cast(EVENTS)

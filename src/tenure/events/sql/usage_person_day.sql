-- What did each person of each account do on a day, as far as it became known on known_day?
-- `dirty_events` are those of the log with merged accounts and people resolved (moved.sql).
select
    e.account,
    coalesce(e.person, 0) as person,
    e.day,
    e.known_day,
    e.name,
    e.class,
    sum(e.sign * e.count) as events,
    cast(sum(e.sign) as bigint) as rows,
    coalesce(sum(e.sign * e.seconds), 0.0) as seconds,
    coalesce(sum(e.sign * e.value), 0.0) as value,
    cast(coalesce(sum(case when e.value is not null then e.sign end), 0) as bigint) as valued,
    coalesce(sum(e.sign * e.errors), 0.0) as errors
from dirty_events as e
group by e.account, coalesce(e.person, 0), e.day, e.known_day, e.name, e.class
-- What one knowledge states and takes back alike leaves no row; as many rows with other numbers do.
having
    sum(e.sign) <> 0 or sum(e.sign * e.count) <> 0 or coalesce(sum(e.sign * e.seconds), 0.0) <> 0
    or coalesce(sum(e.sign * e.value), 0.0) <> 0 or coalesce(sum(e.sign * e.errors), 0.0) <> 0
    or coalesce(sum(case when e.value is not null then e.sign end), 0) <> 0

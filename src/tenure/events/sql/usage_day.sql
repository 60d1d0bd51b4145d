-- What happened in all accounts together on a day, as far as it became known on known_day? Small enough to tell
-- at once what is delivered, and since when.
select
    a.day,
    a.known_day,
    a.name,
    a.class,
    sum(a.events) as events,
    cast(sum(a.rows) as bigint) as rows,
    sum(a.seconds) as seconds,
    sum(a.value) as value,
    cast(sum(a.valued) as bigint) as valued,
    sum(a.errors) as errors
from account_days as a
group by a.day, a.known_day, a.name, a.class

-- What happened in each account on a day, as far as it became known on known_day, and how many distinct people
-- did that knowledge add? A person counts once their rows up to a known_day sum to more than zero. Rows of a
-- day's first known_day need no look back; `earlier` looks back for the others only.
with
firsts as (
    select day, min(known_day) as first_known
    from person_days
    group by day
),

late as (
    select p.account, p.person, p.day, p.known_day, p.name, p.class
    from person_days as p
    inner join firsts as f on p.day = f.day
    where p.known_day > f.first_known and p.person <> 0
),

earlier as (
    select l.account, l.person, l.day, l.known_day, l.name, l.class, sum(p.rows) as rows
    from person_days as p
    inner join late as l
        on
            p.account = l.account and p.person = l.person and p.day = l.day
            and p.name = l.name and p.class = l.class
    where p.known_day < l.known_day
    group by l.account, l.person, l.day, l.known_day, l.name, l.class
)

select
    p.account,
    p.day,
    p.known_day,
    p.name,
    p.class,
    sum(p.events) as events,
    cast(sum(p.rows) as bigint) as rows,
    sum(p.seconds) as seconds,
    sum(p.value) as value,
    cast(sum(p.valued) as bigint) as valued,
    sum(p.errors) as errors,
    cast(sum(
        case
            when p.person = 0 then 0
            when coalesce(e.rows, 0) <= 0 and coalesce(e.rows, 0) + p.rows > 0 then 1
            when coalesce(e.rows, 0) > 0 and coalesce(e.rows, 0) + p.rows <= 0 then -1
            else 0
        end
    ) as bigint) as people
from person_days as p
inner join pairs as d on p.known_day = d.known_day and p.day = d.day
left join earlier as e
    on
        p.account = e.account and p.person = e.person and p.day = e.day
        and p.known_day = e.known_day and p.name = e.name and p.class = e.class
group by p.account, p.day, p.known_day, p.name, p.class

-- What happened in each account on a day, as far as it became known on known_day, and how many distinct people
-- did that knowledge add? A person counts from the known_day on which their rows first sum to more than zero.
-- `sums` counts the people of each known_day by themselves, which is right for a day's first known_day;
-- `corrections` looks back for the later ones only.
with firsts as (
    select day, min(known_day) as first_known
    from person_days
    group by day
    having min(known_day) < max(known_day)
),

late as (
    select p.account, p.person, p.day, p.known_day, p.name, p.class, p.rows
    from person_days as p
    inner join firsts as f on p.day = f.day
    where p.known_day > f.first_known and p.person <> 0
),

looked_back as (
    select
        l.account, l.person, l.day, l.known_day, l.name, l.class, l.rows,
        coalesce(sum(p.rows), 0) as before
    from late as l
    inner join person_days as p
        on
            p.account = l.account and p.person = l.person and p.day = l.day
            and p.name = l.name and p.class = l.class
    where p.known_day < l.known_day
    group by l.account, l.person, l.day, l.known_day, l.name, l.class, l.rows
),

corrections as (
    select
        account, day, known_day, name, class,
        sum(
            case when before + rows > 0 then 1 else 0 end
            - case when before > 0 then 1 else 0 end
            - case when rows > 0 then 1 else 0 end
        ) as people
    from looked_back
    group by account, day, known_day, name, class
),

sums as (
    select
        p.account, p.day, p.known_day, p.name, p.class,
        sum(p.events) as events,
        cast(sum(p.rows) as bigint) as rows,
        sum(p.seconds) as seconds,
        sum(p.value) as value,
        cast(sum(p.valued) as bigint) as valued,
        sum(p.errors) as errors,
        sum(case when p.person <> 0 and p.rows > 0 then 1 else 0 end) as people
    from person_days as p
    inner join pairs as d on p.known_day = d.known_day and p.day = d.day
    group by p.account, p.day, p.known_day, p.name, p.class
)

select
    s.account, s.day, s.known_day, s.name, s.class,
    s.events, s.rows, s.seconds, s.value, s.valued, s.errors,
    cast(s.people + coalesce(c.people, 0) as bigint) as people
from sums as s
left join corrections as c
    on
        s.account = c.account and s.day = c.day and s.known_day = c.known_day
        and s.name = c.name and s.class = c.class

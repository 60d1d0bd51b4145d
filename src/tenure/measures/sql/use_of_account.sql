-- What of the product did an account use in each week of late (how often, by how many people), and since when and until
-- when each feature? Three sorts of rows: a feature's week; a week of all features (no name); a feature (no week).
with used as (
    select u.name, u.person, u.day, sum(u.events) as events
    from usage_person_day as u
    where
        u.account = $account and u.class = 'usage' and u.day <= $as_of and u.known_day <= $as_of
        and u.person not in (select o.person from own_people as o)
    group by u.name, u.person, u.day
    having sum(u.rows) > 0
),

late as (
    select u.name, u.person, u.events, cast(date_trunc('week', u.day) as date) as week
    from used as u
    where u.day >= $first
)

select
    l.name,
    l.week,
    sum(l.events) as events,
    count(distinct nullif(l.person, 0)) as people,
    cast(null as date) as first_day,
    cast(null as date) as last_day
from late as l
group by l.name, l.week

union all

select
    cast(null as varchar) as name,
    l.week,
    sum(l.events) as events,
    count(distinct nullif(l.person, 0)) as people,
    cast(null as date) as first_day,
    cast(null as date) as last_day
from late as l
group by l.week

union all

select
    u.name,
    cast(null as date) as week,
    sum(u.events) as events,
    count(distinct nullif(u.person, 0)) as people,
    min(u.day) as first_day,
    max(u.day) as last_day
from used as u
group by u.name

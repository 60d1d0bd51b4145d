-- On which days was this person (under any of her records) seen first and last, and on how many complete days?
with used as (
    select u.day
    from usage_person_day as u
    where
        u.account in (select a.id from accounts as a) and u.account between $first_account and $last_account
        and u.person in (select p.id from people as p)
        and u.class = 'usage' and u.day <= $as_of and u.known_day <= $as_of
    group by u.day
    having sum(u.rows) > 0
)

select
    min(u.day) as first_day,
    max(u.day) as last_day,
    count(*) filter (where u.day < $as_of) as days,
    count(*) filter (where u.day >= $since and u.day < $as_of) as recent_days
from used as u

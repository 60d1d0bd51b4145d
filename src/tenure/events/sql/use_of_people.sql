-- What did each person do in this account: on how many of the complete days before as_of, and on which day last?
with used as (
    select u.person, u.day
    from usage_person_day as u
    where
        u.account = $account and u.person <> 0 and u.class = 'usage'
        and u.day between $first and $as_of and u.known_day <= $as_of
    group by u.person, u.day
    having sum(u.rows) > 0
)

select
    u.person,
    count(*) filter (where u.day >= $since and u.day < $as_of) as days,
    max(u.day) as last_day
from used as u
group by u.person

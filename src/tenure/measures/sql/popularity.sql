-- Which event names do how many accounts use, since $first?
select
    u.name,
    count(distinct u.account) as accounts,
    sum(u.events) as events
from usage_account_day as u
where
    u.class = 'usage'
    and u.day >= $first and u.day < $as_of
    and u.known_day <= $as_of
group by u.name
having sum(u.rows) > 0
order by accounts desc, events desc, u.name

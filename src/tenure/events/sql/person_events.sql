-- What did this person (under any of her records) do on each day, by the name of the event, as known on as_of?
select u.name, u.day, sum(u.events) as events
from usage_person_day as u
where
    u.account in (select a.id from accounts as a) and u.account between $first_account and $last_account
    and u.person in (select p.id from people as p)
    and u.class = 'usage' and u.day between $first and $as_of and u.known_day <= $as_of
group by u.name, u.day
having sum(u.rows) > 0
order by u.name, u.day

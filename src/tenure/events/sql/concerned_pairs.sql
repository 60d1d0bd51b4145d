-- Which (known_day, day) pairs have rows of accounts or people that were merged or split?
select distinct
    e.known_day,
    e.day
from events as e
where e.account in (select a.id from accounts as a) or e.person in (select p.id from people as p)

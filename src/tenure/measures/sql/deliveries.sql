-- Which names have rows on which days, and when was the first of them known?
select
    u.class,
    u.name,
    u.day,
    min(u.known_day) as known_day,
    sum(u.rows) as rows
from usage_day as u
where u.day <= $as_of and u.known_day <= $as_of
group by u.class, u.name, u.day

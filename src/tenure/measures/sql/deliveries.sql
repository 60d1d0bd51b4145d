-- Which names have rows on which days, and when was the first of them known?
select
    u.class,
    u.name,
    u.day,
    min(u.known_day) as known_day
from usage_day as u
group by u.class, u.name, u.day

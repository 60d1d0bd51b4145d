-- How do the traits read when they also have entities that are put together from several? Each has all their rows.
select u.entity, u.id, u.key, u.value, u."at", u.day, u.known_day, u.source
from unmoved as u
union all
select u.entity, c.id, u.key, u.value, u."at", u.day, u.known_day, u.source
from unmoved as u
inner join composed as c on u.id = c.member
where u.entity = (select k.entity from composed_kind as k)

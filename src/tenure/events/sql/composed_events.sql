-- How does the log read when it also holds accounts that are put together from several? Each has all their rows.
select
    u.class, u.month, u.day, u.known_day, u."at", u.received_at, u.account, u.person, u.source, u.name, u.message_id,
    u.content, u.sign, u.count, u.seconds, u.value, u.errors, u.properties
from unmoved as u
union all
select
    u.class, u.month, u.day, u.known_day, u."at", u.received_at, c.id as account, u.person, u.source, u.name,
    u.message_id, u.content, u.sign, u.count, u.seconds, u.value, u.errors, u.properties
from unmoved as u
inner join composed as c on u.account = c.member

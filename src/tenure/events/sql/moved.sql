-- How does the log read when some accounts and people stand for others? A row belongs to who held its account on the
-- day it was known; on each later day on which the holder changed it is taken back there and stated again here, known
-- from that day on. Then the same for people.
with
of_accounts as (
    select
        u.class, u.month, u.day, u.known_day, u."at", u.received_at, coalesce(h.holder, u.account) as account, u.person,
        u.source, u.name, u.message_id, u.content, u.sign, u.count, u.seconds, u.value, u.errors, u.properties
    from unmoved as u
    left join account_holders as h on u.account = h.id and u.known_day >= h.since and u.known_day < h.until
    union all
    select
        u.class, u.month, u.day, m.day as known_day, u."at", u.received_at, m.holder as account, u.person,
        u.source, u.name, u.message_id, u.content, cast(u.sign * m.sign as tinyint) as sign, u.count, u.seconds,
        u.value, u.errors, u.properties
    from unmoved as u
    inner join account_moves as m on u.account = m.id and u.known_day < m.day
)

select
    u.class, u.month, u.day, u.known_day, u."at", u.received_at, u.account, coalesce(h.holder, u.person) as person,
    u.source, u.name, u.message_id, u.content, u.sign, u.count, u.seconds, u.value, u.errors, u.properties
from of_accounts as u
left join person_holders as h on u.person = h.id and u.known_day >= h.since and u.known_day < h.until
union all
select
    u.class, u.month, u.day, m.day as known_day, u."at", u.received_at, u.account, m.holder as person,
    u.source, u.name, u.message_id, u.content, cast(u.sign * m.sign as tinyint) as sign, u.count, u.seconds,
    u.value, u.errors, u.properties
from of_accounts as u
inner join person_moves as m on u.person = m.id and u.known_day < m.day

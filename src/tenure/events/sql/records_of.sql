-- Which business records of these names do a few accounts have, as known on a day, oldest first? Retracted ones are gone.
select
    e.name,
    e."at" as moment,
    e.day,
    e.person,
    e.message_id,
    e.seconds,
    e.value,
    e.properties
from events as e
where
    e.class = 'record'
    and e.account in (select w.account from wanted as w)
    and e.name in (select n.name from names as n)
    and e.day <= $as_of and e.known_day <= $as_of
group by e.name, e."at", e.day, e.person, e.source, e.message_id, e.content, e.seconds, e.value, e.properties
having sum(e.sign) > 0
order by moment, e.message_id

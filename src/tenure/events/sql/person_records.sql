-- What business systems recorded of this person and still stands, newest first. A retraction says what it takes back.
select
    e.source, e.message_id, e.content,
    min(e.name) as name, min(e.at) as happened_at, min(e.count) as count, min(e.seconds) as seconds, min(e.value) as value,
    min(e.errors) as errors, min(e.properties) as properties
from events as e
where
    e.account in (select a.id from accounts as a) and e.account between $first_account and $last_account
    and e.person in (select p.id from people as p)
    and e.name in (select n.name from names as n)
    and e.day between $first and $as_of and e.known_day <= $as_of
group by e.source, e.message_id, e.content
having sum(e.sign) > 0
order by happened_at desc, e.message_id desc
limit $limit

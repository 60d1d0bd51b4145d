-- Which events of one entity are behind a number: those of these names and days that stood when it was computed?
with standing as (
    select
        e.message_id,
        e.content,
        e.name,
        e.day,
        e."at" as moment,
        e.account,
        e.person,
        e.count,
        e.seconds,
        e.value,
        e.errors,
        e.properties
    from events as e
    where
        ($by_person and e.person = $entity_id or not $by_person and e.account = $entity_id)
        and e.class = $class
        and e.day >= $first and e.day <= $last
        and e.known_day <= $as_of
        and e.name in (select n.name from names as n)
        and coalesce(e.person, 0) not in (select o.person from own_people as o)
        and ($kind is null or json_extract_string(e.properties, '$.kind') = $kind)
    group by
        e.message_id, e.content, e.name, e.day, e."at", e.account, e.person, e.count, e.seconds, e.value, e.errors,
        e.properties
    having sum(e.sign) > 0
)

select
    s.message_id,
    s.name,
    s.day,
    s.moment,
    s.account,
    s.person,
    s.count,
    s.seconds,
    s.value,
    s.errors,
    s.properties,
    count(*) over () as total
from standing as s
order by s.moment desc, s.message_id desc
limit $limit

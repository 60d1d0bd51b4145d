-- Which values do the traits of words and of yes or no have, and how many hold each? The commonest of each trait.
with newest as (
    select
        t.id,
        t.key,
        max(struct_pack(moment := t."at", known := t.known_day, value := t.value)) as latest
    from traits as t
    where t.entity = $entity and t.day <= $as_of and t.known_day <= $as_of
    group by t.id, t.key
),

counted as (
    select
        n.key,
        json_extract_string(n.latest.value, '$') as value,
        count(*) as held
    from newest as n
    where n.latest.value is not null and n.latest.value <> 'null'
    group by n.key, json_extract_string(n.latest.value, '$')
),

ranked as (
    select
        c.key,
        c.value,
        c.held,
        row_number() over (partition by c.key order by c.held desc, c.value) as place
    from counted as c
)

select
    r.key,
    r.value,
    r.held
from ranked as r
where r.place <= $limit
order by r.key, r.place

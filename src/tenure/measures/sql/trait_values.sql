-- Which values do the traits of words, of yes or no and of lists have, and how many hold each? The commonest of each.
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
        n.value,
        count(*) as held
    from (
        select
            e.key,
            unnest(
                case
                    when json_type(e.latest.value) = 'ARRAY' then json_extract_string(e.latest.value, '$[*]')
                    else [json_extract_string(e.latest.value, '$')]
                end
            ) as value
        from newest as e
        where e.latest.value is not null and e.latest.value <> 'null'
    ) as n
    group by n.key, n.value
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

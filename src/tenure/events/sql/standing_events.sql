-- Which rows of these messages still stand?
with stood as (
    select
        e.*,
        sum(e.sign) over (partition by e.message_id, e.content) as standing,
        row_number() over (partition by e.message_id, e.content order by e.sign desc, e.received_at desc) as copy
    from events as e
    inner join wanted as w on e.message_id = w.message_id
    where e.source = $source
)

select s.*
from stood as s
where s.standing > 0 and s.copy = 1

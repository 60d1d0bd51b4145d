-- Which events of this account still stand, newest first? A retraction takes its row with it.
with stood as (
    select
        e.*,
        sum(e.sign) over (partition by e.source, e.message_id, e.content) as standing,
        row_number() over (
            partition by e.source, e.message_id, e.content order by e.sign desc, e.received_at desc
        ) as copy
    from events as e
    where
        e.account = $account
        and e.day <= $as_of and e.known_day <= $as_of
        and (e.at < $before_at or (e.at = $before_at and e.message_id < $before_message))
)

select s.*
from stood as s
where s.standing > 0 and s.copy = 1
order by s.at desc, s.message_id desc
limit $limit

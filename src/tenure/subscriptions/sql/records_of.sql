-- Which records of an account's subscriptions does the log hold, of a stretch of days, newest first?
select
    r.day,
    r."at",
    r.known_day,
    r.received_at,
    r.name,
    r.source,
    r.message_id,
    r.sign,
    r.properties
from records as r
where
    r.account = $account
    and r.name in ('subscription_started', 'subscription_changed', 'subscription_ended')
    and r.day >= $first
    and r.day <= $last
    and r.known_day <= $as_of
    and ($subscription = '' or coalesce(json_extract_string(r.properties, '$.id'), '') = $subscription)
order by r."at" desc, r.message_id, r.received_at desc
limit $limit

-- What is stated of the days after as_of, had been received when it closed, and was not taken back by then?
select
    r.account,
    coalesce(json_extract_string(r.properties, '$.id'), '') as subscription,
    r.name,
    r.day,
    json_extract_string(r.properties, '$.plan') as plan,
    json_extract_string(r.properties, '$.product') as product,
    try_cast(json_extract_string(r.properties, '$.seats') as bigint) as seats,
    try_cast(json_extract_string(r.properties, '$.mrr_minor') as bigint) as mrr_minor,
    try_cast(json_extract_string(r.properties, '$.is_trial') as boolean) as is_trial
from records as r
inner join accounts as a on r.account = a.account
inner join spine as s on r.day > s.as_of
where
    r.received_at < $closes_at
    and r.name in ('subscription_changed', 'subscription_ended')
group by r.account, r.source, r.message_id, r.content, r.name, r.day, r.properties
having sum(r.sign) > 0
order by r.account, r.day, r.name, r.properties

-- On which days was an account signed up or reported lost, as known at each as_of of the spine?
select distinct
    s.as_of,
    r.account,
    r.name,
    r.day
from records as r
inner join accounts as a on r.account = a.account
inner join spine as s on r.day <= s.as_of and r.known_day <= s.as_of
where r.name in ('account_signed_up', 'account_lost')
group by s.as_of, r.account, r.name, r.day, r.source, r.message_id, r.content
having sum(r.sign) > 0

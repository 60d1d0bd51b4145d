-- Since which day have subscriptions been delivered at all?
select min(r.known_day) as since
from records as r
where r.name in ('subscription_started', 'subscription_changed', 'subscription_ended')

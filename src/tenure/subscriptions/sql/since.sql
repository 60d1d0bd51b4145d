-- Since which day have subscriptions been delivered at all, and when is the first day that any of them tells of?
select min(r.known_day) as since, min(r.day) as first_day
from records as r
where r.name in ('subscription_started', 'subscription_changed', 'subscription_ended')

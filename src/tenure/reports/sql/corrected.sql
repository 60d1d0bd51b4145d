-- Of which accounts did records of subscriptions come after a day that tell of the time up to another?
select distinct e.account
from records as e
where
    e.name in ('subscription_started', 'subscription_changed', 'subscription_ended')
    and e.day <= $until
    and e.known_day > $known
    and e.known_day <= $as_of
order by e.account

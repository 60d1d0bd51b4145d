-- An account's events before a moment, newest first. Of one message its retractions come first, so that a cut at the
-- limit never leaves an event without them.
select e.*
from events as e
where
    e.account = $account
    and e.day between $since and $as_of and e.known_day <= $as_of
    and (e.at < $before_at or (e.at = $before_at and e.message_id < $before_message))
order by e.at desc, e.message_id desc, e.sign
limit $limit

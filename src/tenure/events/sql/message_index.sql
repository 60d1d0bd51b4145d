-- What do we hold of each message? One row for each message_id that still stands, with its content.
select e.message_id, e.content
from events as e
where e.source = $source
group by e.message_id, e.content
having sum(e.sign) > 0

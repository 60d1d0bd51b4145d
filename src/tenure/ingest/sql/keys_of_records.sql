-- Which account does each record of an earlier import belong to, by the key that its file gave it?
select distinct
    json_extract_string(e.properties, '$.id') as key,
    e.account
from events as e
where e.source = $source and starts_with(e.message_id, $prefix) and e.sign > 0

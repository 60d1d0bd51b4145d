-- What do we hold of these attributes? Every value in its history, by account or person.
select t.entity, t.id, t.key, t.value, t."at" as moment
from traits as t
inner join wanted as w on t.entity = w.entity and t.key = w.key

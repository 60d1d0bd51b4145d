-- When was each of some traits said last, as far as some day knows?
select
    t.entity,
    t.id,
    t."key",
    max(t."at") as "at"
from traits as t
inner join wanted as w on t.entity = w.entity and t.id = w.id and t."key" = w."key" and t.day <= w.day
group by t.entity, t.id, t."key"

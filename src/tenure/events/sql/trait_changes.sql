-- Which traits of some accounts changed before a moment, from what to what, newest first? What was said first of a
-- trait by a source is no change; by a member it is news.
select c."key", c.value, c.before, c."at", c.source
from (
    select
        t."key", t.value, t."at", t.source, t.day,
        lag(t.value) over (partition by t.id, t."key" order by t."at", t.known_day) as before,
        lag(t."at") over (partition by t.id, t."key" order by t."at", t.known_day) as before_at
    from traits as t
    where t.entity = 'account' and t.id in (select w.id from wanted as w) and t.known_day <= $as_of and t.day <= $as_of
) as c
where (c.before_at is not null or c.source like 'hand/%') and c.value is distinct from c.before and c."at" <= $before_at
order by c."at" desc, c."key"
limit $limit

-- When a day learns something about an earlier known_day (an import of history), which of its later known_days
-- have to count their new people again?
select distinct
    p.known_day,
    p.day
from person_days as p
inner join (
    select day, min(known_day) as known_day
    from pairs
    group by day
) as d on p.day = d.day and p.known_day >= d.known_day

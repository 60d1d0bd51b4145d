-- Which (known_day, day) pairs do these rows touch?
select distinct
    cast(known_day as varchar) as known_day,
    cast(day as varchar) as day
from rows
order by known_day, day

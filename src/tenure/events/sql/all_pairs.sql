-- Which (known_day, day) pairs are there?
select distinct
    known_day,
    day
from source

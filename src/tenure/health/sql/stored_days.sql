-- Which days have been scored?
select distinct day
from scores

-- Which accounts have rows here?
select distinct account
from events
order by account

-- Which rows belong to the pairs that are rolled up again?
select s.*
from source as s
inner join pairs as p on s.known_day = p.known_day and s.day = p.day

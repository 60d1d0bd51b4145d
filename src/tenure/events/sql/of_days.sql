-- Which rows lie on the days of these pairs, whenever they became known?
select s.*
from source as s
where s.day in (select p.day from pairs as p)

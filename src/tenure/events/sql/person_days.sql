-- What did people do on the days of these pairs, whenever it became known?
select s.*
from source as s
where s.day in (select p.day from pairs as p)

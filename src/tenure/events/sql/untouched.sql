-- Which rows of these files belong to other pairs, and stay as they are?
select s.*
from standing as s
where not exists (select 1 from pairs as p where p.known_day = s.known_day and p.day = s.day)

-- What went into the scores of a day, of the accounts wanted?
select s.*
from scores as s
inner join wanted as w on s.account = w.account
where s.day = $day
order by s.account

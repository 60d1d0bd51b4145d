-- What went into the scores of some accounts, each on a day of its own?
select s.*
from scores as s
inner join wanted as w on s.account = w.account and s.day = w.day
order by s.day, s.account

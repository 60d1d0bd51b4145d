-- What went into the scores of one account on these days?
select *
from scores
where account = $account and day between $first and $last
order by day

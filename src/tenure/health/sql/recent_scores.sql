-- What were the scores of the days that a sparkline shows?
select account, day, score
from scores
where day >= $first and day < $as_of

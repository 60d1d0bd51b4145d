-- How did one account's score run?
select day, score, band, scorecard, version
from scores
where account = $account and day between $first and $last
order by day

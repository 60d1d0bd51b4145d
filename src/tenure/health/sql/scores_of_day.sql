-- What went into the scores of a day, of one account or all of them?
select *
from scores
where day = $day and ($account is null or account = $account)
order by account

-- When did an account enter and leave segments?
select distinct segment, day, account, entered, version, redefined
from segment_moves
where account = $account and day <= $last
order by segment, day desc

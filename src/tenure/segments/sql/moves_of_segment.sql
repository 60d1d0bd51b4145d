-- Who entered or left a segment between two days, newest first, after a place in that order?
select distinct day, account, entered, version, redefined
from segment_moves
where segment = $segment
    and day between $first and $last
    and (day < $after_day or (day = $after_day and account > $after_account))
order by day desc, account
limit $limit

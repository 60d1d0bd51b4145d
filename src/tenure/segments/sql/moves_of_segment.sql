-- Who entered or left a segment between two days, newest first, after a place in that order?
select distinct day, member, entered, version, redefined
from segment_moves
where segment = $segment
    and day between $first and $last
    and (day < $after_day or (day = $after_day and member > $after_member))
order by day desc, member
limit $limit

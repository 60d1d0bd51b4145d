-- When did an account or person enter and leave segments?
select distinct segment, day, member, entered, version, redefined
from segment_moves
where member = $member and day <= $last
order by segment, day desc

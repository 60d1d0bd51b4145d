-- Who was in each of the segments at the end of the last day before $day?
select segment, member
from (
    select segment, member, entered, row_number() over (partition by segment, member order by day desc) as place
    from segment_moves
    where day < $day
) as moves
where place = 1 and entered
order by segment, member

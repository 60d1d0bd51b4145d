-- Who of the people entered and left segments?
select month, day, segment, person as member, entered, version, redefined
from unmoved

-- Who of the accounts entered and left segments?
select month, day, segment, account as member, entered, version, redefined
from unmoved

-- When does the log begin?
select min(day) as day
from usage_account_day

-- Which rows of a table of the lake are one account's?
select r.*
from lake_rows as r
where r.account = $account

-- Which rows of a table of the lake, on these days, are those of some accounts?
select r.*
from lake_rows as r
where
    r.account in (select w.account from wanted as w)
    and r.account between $first_account and $last_account
    and r.day between $first_day and $last_day

-- What was the last score of some accounts, each within the week that ends with a day of its own?
select
    found.account,
    found.score,
    found.band,
    found.coverage,
    found.profile
from (
    select
        w.account,
        s.score,
        s.band,
        s.coverage,
        s.profile,
        row_number() over (partition by w.account order by s.day desc) as place
    from wanted as w
    inner join scores as s on w.account = s.account and s.day <= w.day and s.day > w.day - 7
) as found
where found.place = 1

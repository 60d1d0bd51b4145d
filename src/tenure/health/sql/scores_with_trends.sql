-- What was each account's score on some days, and 7, 30 and 90 days before?
select
    now.day, now.account, now.score, now.band, now.coverage, now.profile,
    now.score - week.score as trend_7d,
    now.score - month.score as trend_30d,
    now.score - quarter.score as trend_90d
from scores as now
join wanted on wanted.day = now.day
left join scores as week on week.account = now.account and week.day = now.day - 7
left join scores as month on month.account = now.account and month.day = now.day - 30
left join scores as quarter on quarter.account = now.account and quarter.day = now.day - 90
order by now.day, now.account

-- How did each account's monthly recurring revenue move, month by month, in the workspace's currency?
-- A month's MRR is what is in force on its closing day at that day's rate. Amounts are signed: opening + new +
-- expansion + contraction + churn + reactivation + fx = closing, exactly. Only months that moved have a row.
with
held as (
    select
        p.account,
        c.month,
        cast(sum(round(cast(p.mrr_minor as decimal(20, 0)) * r.rate, 0)) as bigint) as closing,
        cast(sum(round(cast(p.mrr_minor as decimal(20, 0)) * coalesce(n.rate, r.rate), 0)) as bigint) as at_next_rate
    from periods as p
    inner join closes as c
        on p.valid_from <= c.closes_on and (p.valid_to is null or p.valid_to > c.closes_on)
    inner join rates as r
        on coalesce(p.currency, $currency) = r.currency and c.closes_on >= r.valid_from and c.closes_on < r.valid_to
    left join rates as n
        on
            coalesce(p.currency, $currency) = n.currency
            and c.next_closes_on >= n.valid_from and c.next_closes_on < n.valid_to
    where p.is_paid and p.mrr_minor is not null
    group by p.account, c.month
),

firsts as (
    select h.account, min(h.month) as first_month
    from held as h
    group by h.account
),

filled as (
    select
        f.account,
        c.month,
        coalesce(h.closing, 0) as closing,
        coalesce(h.at_next_rate, 0) as at_next_rate
    from firsts as f
    inner join closes as c on f.first_month <= c.month
    left join held as h on f.account = h.account and c.month = h.month
),

compared as (
    select
        i.account,
        i.month,
        i.closing,
        coalesce(lag(i.closing) over months, 0) as opening,
        coalesce(lag(i.at_next_rate) over months, 0) as restated,
        coalesce(
            max(i.closing) over (
                partition by i.account order by i.month rows between unbounded preceding and 1 preceding
            ),
            0
        ) > 0 as had_mrr
    from filled as i
    window months as (partition by i.account order by i.month)
)

select
    m.account,
    m.month,
    m.opening,
    case when m.opening = 0 and not m.had_mrr then m.closing - m.restated else 0 end as new,
    case when m.opening > 0 and m.closing > 0 and m.closing > m.restated then m.closing - m.restated else 0 end
        as expansion,
    case when m.opening > 0 and m.closing > 0 and m.closing < m.restated then m.closing - m.restated else 0 end
        as contraction,
    case when m.opening > 0 and m.closing = 0 then m.closing - m.restated else 0 end as churn,
    case when m.opening = 0 and m.had_mrr then m.closing - m.restated else 0 end as reactivation,
    m.restated - m.opening as fx,
    m.closing
from compared as m
where m.opening <> m.closing or m.opening <> m.restated

-- How did each account's monthly recurring revenue move, month by month, in the workspace's currency, and why did it
-- grow or shrink? Rows stand by account, then month; only months that moved have one.
-- A month's MRR is what is in force on its closing day at that day's rate. Amounts are signed, and exact: opening + new
-- + expansion + contraction + churn + reactivation + fx = closing; by_price + by_seats + by_plan + by_product =
-- expansion + contraction. What each reason means is said in `rules.py` (`split`).
with
held as (
    select
        p.account,
        p.subscription,
        p.plan,
        p.product,
        p.seats,
        p.mrr_minor,
        coalesce(p.currency, $currency) as currency,
        cast(date_trunc('month', p.valid_from) as date) as from_month,
        cast(date_trunc('month', p.valid_to) as date) as to_month
    from periods as p
    where p.is_paid and p.mrr_minor is not null
),

-- What a minor unit of another currency is worth on a closing day, and on the next.
priced as (
    select
        r.currency,
        c.month,
        cast(date_trunc('month', c.next_closes_on) as date) as next_month,
        r.rate,
        coalesce(n.rate, r.rate) as next_rate
    from closes as c
    inner join rates as r on c.closes_on >= r.valid_from and c.closes_on < r.valid_to
    left join rates as n
        on r.currency = n.currency and c.next_closes_on >= n.valid_from and c.next_closes_on < n.valid_to
    where r.currency <> $currency
),

-- Months on end in which a subscription came to one amount: at the closing days from from_month's on, until before
-- to_month's. In our own currency that changes with its terms alone, in another with each closing day's rate.
pieces as (
    select
        h.account,
        h.subscription,
        h.plan,
        h.product,
        h.seats,
        h.from_month,
        h.to_month,
        h.mrr_minor as amount,
        h.mrr_minor as at_next_rate
    from held as h
    where h.currency = $currency and (h.to_month is null or h.from_month < h.to_month)
    union all
    select
        h.account,
        h.subscription,
        h.plan,
        h.product,
        h.seats,
        r.month as from_month,
        r.next_month as to_month,
        cast(round(cast(h.mrr_minor as decimal(20, 0)) * r.rate, 0) as bigint) as amount,
        cast(round(cast(h.mrr_minor as decimal(20, 0)) * r.next_rate, 0) as bigint) as at_next_rate
    from held as h
    inner join priced as r
        on h.currency = r.currency and h.from_month <= r.month and (h.to_month is null or h.to_month > r.month)
),

-- Where a piece begins and where it ends.
turns as (
    select
        b.account,
        b.subscription,
        b.from_month as month,
        b.amount as after,
        b.plan as plan_after,
        b.product as product_after,
        b.seats as seats_after,
        cast(null as bigint) as before,
        cast(null as varchar) as plan_before,
        cast(null as varchar) as product_before,
        cast(null as bigint) as seats_before,
        0 as fx
    from pieces as b
    union all
    select
        e.account,
        e.subscription,
        e.to_month as month,
        cast(null as bigint) as after,
        cast(null as varchar) as plan_after,
        cast(null as varchar) as product_after,
        cast(null as bigint) as seats_after,
        e.at_next_rate as before,
        e.plan as plan_before,
        e.product as product_before,
        e.seats as seats_before,
        e.at_next_rate - e.amount as fx
    from pieces as e
    where e.to_month is not null
),

-- A subscription on a closing day beside itself on the one before, both at the later day's rate. At most one piece of it
-- ends in a month and one begins.
beside as (
    select
        t.account,
        t.month,
        max(t.after) as after,
        max(t.before) as before,
        max(t.plan_after) <> max(t.plan_before) as has_other_plan,
        max(t.product_after) <> max(t.product_before) as has_other_product,
        max(t.seats_after) as seats_after,
        max(t.seats_before) as seats_before,
        sum(t.fx) as fx
    from turns as t
    group by t.account, t.subscription, t.month
),

told as (
    select
        b.account,
        b.month,
        b.fx,
        coalesce(b.after, 0) - coalesce(b.before, 0) as change,
        case
            when b.after is null or b.before is null or b.has_other_product then 'product'
            when b.has_other_plan then 'plan'
            when b.seats_after <> b.seats_before and b.seats_before > 0 then 'seats'
            else 'price'
        end as reason,
        -- At the unit price before: what goes beyond any amount counts as price.
        coalesce(
            try_cast(
                round(cast(b.before as double) * (b.seats_after - b.seats_before) / nullif(b.seats_before, 0), 0)
                as bigint
            ),
            0
        ) as of_seats
    from beside as b
),

moved as (
    select
        r.account,
        r.month,
        cast(sum(r.change) as bigint) as change,
        cast(sum(r.fx) as bigint) as fx,
        cast(sum(case r.reason when 'seats' then r.of_seats else 0 end) as bigint) as of_seats,
        cast(sum(case r.reason when 'plan' then r.change else 0 end) as bigint) as of_plan,
        cast(sum(case r.reason when 'product' then r.change else 0 end) as bigint) as of_product
    from told as r
    group by r.account, r.month
),

summed as (
    select
        m.*,
        cast(sum(m.change + m.fx) over (partition by m.account order by m.month) as bigint) as closing
    from moved as m
),

compared as (
    select
        s.*,
        s.closing - s.change - s.fx as opening,
        s.closing - s.change - s.fx > 0 and s.closing > 0 as stays,
        coalesce(
            max(s.closing) over (
                partition by s.account order by s.month rows between unbounded preceding and 1 preceding
            ),
            0
        ) > 0 as had_mrr
    from summed as s
)

select
    m.account,
    m.month,
    m.opening,
    case when m.opening = 0 and not m.had_mrr then m.change else 0 end as new,
    case when m.stays and m.change > 0 then m.change else 0 end as expansion,
    case when m.stays and m.change < 0 then m.change else 0 end as contraction,
    case when m.opening > 0 and m.closing = 0 then m.change else 0 end as churn,
    case when m.opening = 0 and m.had_mrr then m.change else 0 end as reactivation,
    m.fx,
    m.closing,
    case when m.stays then m.change - m.of_seats - m.of_plan - m.of_product else 0 end as by_price,
    case when m.stays then m.of_seats else 0 end as by_seats,
    case when m.stays then m.of_plan else 0 end as by_plan,
    case when m.stays then m.of_product else 0 end as by_product
from compared as m
where m.change <> 0 or m.fx <> 0
order by m.account, m.month

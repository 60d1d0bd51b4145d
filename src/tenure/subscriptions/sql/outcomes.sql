-- What became of the accounts that were customers at each as_of, within $horizon days, as known at $known?
-- Churn: the first day as former. Contraction: the first day on which MRR is at least 5 % lower than at as_of, at
-- as_of's rates, before any churn. Renewal: the first term end that was due and passed with the subscription paid.
-- `periods` and `marks` are as known at $known; `customers` and `due` as known at as_of. A churn of before as_of that
-- became known only later is one of these outcomes too.
with
paid as (
    select p.*, coalesce(p.valid_to, cast('9999-12-31' as date)) as paid_to
    from periods as p
    where p.is_paid
),

-- Stretches of several subscriptions that touch or overlap are one stay.
reached as (
    select
        p.*,
        max(p.paid_to) over (
            partition by p.account
            order by p.valid_from, p.paid_to
            rows between unbounded preceding and 1 preceding
        ) as reached_to
    from paid as p
),

numbered as (
    select
        r.*,
        sum(case when r.reached_to is null or r.valid_from > r.reached_to then 1 else 0 end) over (
            partition by r.account
            order by r.valid_from, r.paid_to
            rows between unbounded preceding and current row
        ) as stay
    from reached as r
),

stays as (
    select n.account, n.stay, min(n.valid_from) as stays_from, max(n.paid_to) as stays_to
    from numbered as n
    group by n.account, n.stay
),

-- The stay in which the account was at as_of. It may have ended before, when that became known later.
present as (
    select c.as_of, c.account, max(s.stays_from) as stays_from
    from customers as c
    inner join stays as s on c.account = s.account and s.stays_from <= c.as_of
    group by c.as_of, c.account
),

-- The last day up to as_of that brought the account (back); a start on the day of a loss does not.
begun as (
    select c.as_of, c.account, max(b.day) as last_start
    from customers as c
    inner join (
        select p.account, p.valid_from as day
        from paid as p
        where p.starts_paying
        union all
        select m.account, m.day
        from marks as m
        where m.name = 'account_signed_up'
        union all
        select a.account, a.started_on as day
        from accounts as a
    ) as b on c.account = b.account and b.day <= c.as_of
    left join marks as n on b.account = n.account and b.day = n.day and n.name = 'account_lost'
    where n.day is null
    group by c.as_of, c.account
),

losses as (
    select c.as_of, c.account, min(m.day) as lost_on
    from customers as c
    inner join marks as m on c.account = m.account
    left join begun as b on c.as_of = b.as_of and c.account = b.account
    where m.name = 'account_lost' and (b.last_start is null or m.day > b.last_start)
    group by c.as_of, c.account
),

churned as (
    select
        c.as_of,
        c.account,
        least(
            coalesce(l.lost_on, cast('9999-12-31' as date)),
            coalesce(s.stays_to, cast('9999-12-31' as date))
        ) as churned_on
    from customers as c
    left join present as r on c.as_of = r.as_of and c.account = r.account
    left join stays as s on r.account = s.account and r.stays_from = s.stays_from
    left join losses as l on c.as_of = l.as_of and c.account = l.account
),

-- MRR as a step function of the day, at as_of's rates: what was held on as_of and each change after it.
converted as (
    select
        c.as_of,
        p.account,
        p.valid_from,
        p.paid_to,
        round(cast(p.mrr_minor as decimal(20, 0)) * r.rate, 0) as mrr
    from customers as c
    inner join paid as p on c.account = p.account
    inner join rates as r
        on coalesce(p.currency, $currency) = r.currency and c.as_of >= r.valid_from and c.as_of < r.valid_to
    where p.mrr_minor is not null and p.paid_to > c.as_of
),

steps as (
    select v.as_of, v.account, greatest(v.valid_from, v.as_of) as day, v.mrr as change
    from converted as v
    union all
    select v.as_of, v.account, v.paid_to as day, -v.mrr as change
    from converted as v
),

daily as (
    select s.as_of, s.account, s.day, sum(s.change) as change
    from steps as s
    group by s.as_of, s.account, s.day
),

levels as (
    select
        d.as_of,
        d.account,
        d.day,
        sum(d.change) over (
            partition by d.as_of, d.account order by d.day rows between unbounded preceding and current row
        ) as mrr
    from daily as d
),

contracted as (
    select n.as_of, n.account, min(n.day) as contracted_on
    from levels as n
    inner join levels as b on n.as_of = b.as_of and n.account = b.account and b.day = b.as_of
    where n.day > n.as_of and n.mrr * 100 <= b.mrr * 95
    group by n.as_of, n.account
),

renewed as (
    select d.as_of, d.account, min(d.renewal_on) as renewed_on
    from due as d
    inner join paid as p
        on
            d.account = p.account and d.subscription = p.subscription
            and d.renewal_on >= p.valid_from and d.renewal_on < p.paid_to
    group by d.as_of, d.account
)

select
    h.as_of,
    h.account,
    case when h.churned_on <= h.as_of + $horizon and h.churned_on <= $known then h.churned_on end as churned_on,
    case
        when
            t.contracted_on <= h.as_of + $horizon and t.contracted_on <= $known and t.contracted_on < h.churned_on
            then t.contracted_on
    end as contracted_on,
    case
        when
            r.renewed_on <= h.as_of + $horizon and r.renewed_on <= $known and r.renewed_on < h.churned_on
            then r.renewed_on
    end as renewed_on,
    h.as_of + $horizon <= $known as is_complete
from churned as h
left join contracted as t on h.as_of = t.as_of and h.account = t.account
left join renewed as r on h.as_of = r.as_of and h.account = r.account

-- Which terms ended, day by day: what did each account pay for them on the day before, and what does it pay on that day
-- in their place? In the workspace's currency at that day's rate, both.
-- A term that was ended before its time is due when it would have ended, and so is one whose end was moved to a later
-- day; moved to an earlier day, the earlier one alone. What the account begins to pay for between the end of a
-- subscription and the end of its term takes its place.
with
paid as (
    select
        p.account,
        p.subscription,
        p.valid_from,
        coalesce(p.valid_to, cast('9999-12-31' as date)) as valid_to,
        p.starts_paying,
        p.stops_paying,
        p.mrr_minor,
        coalesce(p.currency, $currency) as currency,
        coalesce(p.term_end, p.paid_since) as anchor,
        case when p.term_end is null then 1 else 0 end as first_term,
        case p.billing when 'annual' then 12 when 'monthly' then 1 end as months,
        lead(p.valid_from) over (partition by p.account, p.subscription order by p.valid_from) as next_from
    from periods as p
    where p.is_paid
),

-- The term ends of a stretch are one a month at most: how many months lie between the anchor and each?
counted as (
    select
        p.*,
        c.month,
        (year(c.month) - year(p.anchor)) * 12 + month(c.month) - month(p.anchor) as apart
    from paid as p
    inner join closes as c
        on
            c.closes_on > p.valid_from
            and c.month <= greatest(p.valid_to, p.anchor) + 400
),

dated as (
    select
        c.*,
        make_date(
            cast(year(c.month) as integer),
            cast(month(c.month) as integer),
            cast(least(day(c.anchor), day(last_day(c.month))) as integer)
        ) as due_on,
        case
            when c.apart - c.months >= c.first_term * c.months
                then cast(floor((year(c.month) * 12 + month(c.month) - 1 - c.months) / 12) as integer)
        end as year_before,
        cast((year(c.month) * 12 + month(c.month) - 1 - c.months) % 12 + 1 as integer) as month_before
    from counted as c
    where
        (c.months is null and c.first_term = 0 and c.apart = 0)
        or (c.months is not null and c.apart >= c.first_term * c.months and c.apart % c.months = 0)
),

-- Those within the stretch, and the one agreed on its last day where that lies beyond it.
ends as (
    select d.*
    from dated as d
    where
        d.due_on > d.valid_from
        and d.due_on <= $as_of
        and (
            d.due_on <= d.valid_to
            or d.year_before is null
            or make_date(
                d.year_before,
                d.month_before,
                cast(
                    least(day(d.anchor), day(last_day(make_date(d.year_before, d.month_before, 1)))) as integer
                )
            ) < d.valid_to
        )
),

firsts as (
    select e.account, e.subscription, e.valid_from, min(e.due_on) as first_due_on
    from ends as e
    group by e.account, e.subscription, e.valid_from
),

agreed as (
    select
        e.*,
        row_number() over (partition by e.account, e.subscription, e.due_on order by e.valid_from desc) as place
    from ends as e
    left join firsts as n
        on e.account = n.account and e.subscription = n.subscription and e.next_from = n.valid_from
    where e.due_on <= e.valid_to or e.stops_paying or n.first_due_on is null or n.first_due_on > e.due_on
),

due as (
    select
        a.account,
        a.subscription,
        a.due_on,
        a.valid_to,
        cast(round(cast(a.mrr_minor as decimal(20, 0)) * r.rate, 0) as bigint) as paid_before,
        s.valid_from is not null as is_continued,
        cast(round(cast(s.mrr_minor as decimal(20, 0)) * n.rate, 0) as bigint) as paid_after
    from agreed as a
    left join paid as s
        on
            a.account = s.account and a.subscription = s.subscription
            and a.due_on >= s.valid_from and a.due_on < s.valid_to
    left join rates as r on a.currency = r.currency and a.due_on >= r.valid_from and a.due_on < r.valid_to
    left join rates as n on s.currency = n.currency and a.due_on >= n.valid_from and a.due_on < n.valid_to
    where a.place = 1
),

-- What takes the place of a subscription takes that of one alone: of the one that was due first.
successors as (
    select
        d.account,
        d.due_on,
        d.subscription,
        b.subscription as successor,
        row_number() over (
            partition by b.account, b.subscription, b.valid_from order by d.due_on, d.subscription
        ) as place
    from due as d
    inner join paid as b
        on
            d.account = b.account and b.starts_paying and d.subscription <> b.subscription
            and b.valid_from >= d.valid_to and b.valid_from <= d.due_on
    where not d.is_continued
),

replaced as (
    select
        u.account,
        u.due_on,
        u.subscription,
        cast(sum(round(cast(s.mrr_minor as decimal(20, 0)) * r.rate, 0)) as bigint) as paid_after
    from successors as u
    inner join paid as s
        on
            u.account = s.account and u.successor = s.subscription
            and u.due_on >= s.valid_from and u.due_on < s.valid_to
    inner join rates as r on s.currency = r.currency and u.due_on >= r.valid_from and u.due_on < r.valid_to
    where u.place = 1
    group by u.account, u.due_on, u.subscription
)

select
    d.account,
    d.due_on,
    cast(sum(d.paid_before) as bigint) as paid_before,
    cast(sum(coalesce(d.paid_after, t.paid_after, 0)) as bigint) as paid_after
from due as d
left join replaced as t
    on d.account = t.account and d.due_on = t.due_on and d.subscription = t.subscription
where d.paid_before > 0 and d.due_on >= $first
group by d.account, d.due_on
order by d.account, d.due_on

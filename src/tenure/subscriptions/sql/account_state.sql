-- What is each account's status, money, plan and term at each as_of of the spine?
with
subscribed as (
    select
        p.*,
        p.is_paid and p.valid_from <= p.as_of and (p.valid_to is null or p.valid_to > p.as_of) as is_paid_now,
        p.is_trial and p.valid_from <= p.as_of and (p.valid_to is null or p.valid_to > p.as_of) as is_trial_now,
        cast(round(cast(p.mrr_minor as decimal(20, 0)) * r.rate, 0) as bigint) as mrr_own_minor,
        t.renewals,
        t.renewal_on,
        t.notice_on
    from periods as p
    left join rates as r
        on
            coalesce(p.currency, $currency) = r.currency
            and p.as_of >= r.valid_from and p.as_of < r.valid_to
    left join renewals as t
        on
            p.as_of = t.as_of and p.account = t.account
            and p.subscription = t.subscription and p.valid_from = t.valid_from
),

summed as (
    select
        b.as_of,
        b.account,
        count(case when b.is_paid_now then 1 end) as subscriptions,
        cast(sum(case when b.is_paid_now then b.mrr_own_minor end) as bigint) as mrr_minor,
        count(case when b.is_paid_now and b.mrr_own_minor is null and b.mrr_minor is not null then 1 end)
            as unconverted,
        cast(sum(case when b.is_paid_now then b.seats end) as bigint) as paid_seats,
        cast(sum(case when b.is_trial_now then b.seats end) as bigint) as trial_seats,
        count(case when b.is_trial_now then 1 end) as trials,
        min(case when b.is_paid then b.valid_from end) as first_paid_on,
        min(b.renewal_on) as renewal_on,
        min(case when b.notice_on >= b.as_of then b.notice_on end) as notice_on,
        cast(coalesce(sum(b.renewals), 0) as bigint) as renewals
    from subscribed as b
    group by b.as_of, b.account
),

-- The plan and product of an account are those of its largest subscription.
largest as (
    select
        b.as_of,
        b.account,
        b.plan,
        b.product,
        row_number() over (
            partition by b.as_of, b.account
            order by
                case when b.is_paid_now then 0 else 1 end,
                coalesce(b.mrr_own_minor, 0) desc,
                b.valid_from desc,
                b.subscription
        ) as place
    from subscribed as b
    where b.is_paid_now or b.is_trial_now
),

-- On which days does an account begin to pay for something, and is not reported lost? Those bring it (back).
starts as (
    select b.as_of, b.account, max(b.valid_from) as last_start
    from subscribed as b
    left join marks as m
        on b.as_of = m.as_of and b.account = m.account and b.valid_from = m.day and m.name = 'account_lost'
    where b.starts_paying and m.day is null
    group by b.as_of, b.account
),

-- On which days does an account stop paying for anything at all?
reached as (
    select
        b.as_of,
        b.account,
        max(coalesce(b.valid_to, cast('9999-12-31' as date))) over (
            partition by b.as_of, b.account
            order by b.valid_from, b.subscription
            rows between unbounded preceding and current row
        ) as paid_to,
        lead(b.valid_from) over (partition by b.as_of, b.account order by b.valid_from, b.subscription) as next_from
    from subscribed as b
    where b.is_paid
),

stops as (
    select r.as_of, r.account, min(r.paid_to) as stopped_on
    from reached as r
    inner join starts as s on r.as_of = s.as_of and r.account = s.account
    where r.paid_to <= r.as_of and r.paid_to > s.last_start and (r.next_from is null or r.next_from > r.paid_to)
    group by r.as_of, r.account
),

-- Where subscriptions are delivered, a start to pay brings an account (back); elsewhere its sign-up does.
sourced as (
    select s.as_of, coalesce($subscriptions_since <= s.as_of, false) as has_subscriptions
    from spine as s
),

signed as (
    select
        m.as_of,
        m.account,
        min(m.day) as first_signed_on,
        max(case when l.day is null then m.day end) as last_signed_on
    from marks as m
    left join marks as l
        on m.as_of = l.as_of and m.account = l.account and m.day = l.day and l.name = 'account_lost'
    where m.name = 'account_signed_up'
    group by m.as_of, m.account
),

begun as (
    select
        o.as_of,
        a.account,
        o.has_subscriptions,
        coalesce(g.first_signed_on, a.started_on) as signed_on,
        case
            when o.has_subscriptions then s.last_start
            when g.first_signed_on is not null then g.last_signed_on
            when a.started_on <= o.as_of and n.day is null then a.started_on
        end as last_start
    from accounts as a
    cross join sourced as o
    left join starts as s on o.as_of = s.as_of and a.account = s.account
    left join signed as g on o.as_of = g.as_of and a.account = g.account
    left join marks as n
        on o.as_of = n.as_of and a.account = n.account and a.started_on = n.day and n.name = 'account_lost'
),

-- Lost: reported lost since the last start.
lost as (
    select m.as_of, m.account, min(m.day) as lost_on
    from marks as m
    inner join begun as b on m.as_of = b.as_of and m.account = b.account
    where m.name = 'account_lost' and (b.last_start is null or m.day > b.last_start)
    group by m.as_of, m.account
),

judged as (
    select
        b.as_of,
        b.account,
        b.signed_on,
        u.first_paid_on,
        l.lost_on,
        b.has_subscriptions,
        coalesce(u.subscriptions, 0) as subscriptions,
        case
            when l.lost_on is not null then 'former'
            when not b.has_subscriptions
                then case when coalesce(b.signed_on, b.as_of) <= b.as_of then 'customer' else 'prospect' end
            when coalesce(u.subscriptions, 0) > 0 then 'customer'
            when u.first_paid_on is not null then 'former'
            when coalesce(u.trials, 0) > 0 then 'trial'
            else 'prospect'
        end as status
    from begun as b
    left join summed as u on b.as_of = u.as_of and b.account = u.account
    left join lost as l on b.as_of = l.as_of and b.account = l.account
)

select
    j.as_of,
    j.account,
    j.status,
    case
        when j.has_subscriptions and (j.subscriptions = 0 or coalesce(u.unconverted, 0) = 0)
            then case when j.subscriptions = 0 then 0 else u.mrr_minor end
    end as mrr_minor,
    case
        when j.has_subscriptions and (j.subscriptions = 0 or coalesce(u.unconverted, 0) = 0)
            then case when j.subscriptions = 0 then 0.0e0 else cast(u.mrr_minor as double) / $minor_units end
    end as mrr,
    case when j.subscriptions > 0 then u.paid_seats else u.trial_seats end as seats,
    g.plan,
    g.product,
    j.subscriptions,
    cast(coalesce(u.unconverted, 0) as bigint) as unconverted,
    j.first_paid_on,
    u.renewal_on,
    u.notice_on,
    case when j.has_subscriptions then coalesce(u.renewals, 0) end as renewals,
    case when j.status = 'former' then least(j.lost_on, p.stopped_on) end as lost_on,
    case
        when coalesce(j.first_paid_on, j.signed_on) <= j.as_of
            then date_diff('day', coalesce(j.first_paid_on, j.signed_on), j.as_of)
    end as tenure_days
from judged as j
left join summed as u on j.as_of = u.as_of and j.account = u.account
left join stops as p on j.as_of = p.as_of and j.account = p.account and j.has_subscriptions
left join largest as g on j.as_of = g.as_of and j.account = g.account and g.place = 1

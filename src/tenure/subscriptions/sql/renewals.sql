-- On which terms do the paid stretches run? For each: when its next renewal after the day before as_of is due,
-- and how many renewals it saw before as_of. A term ends at term_end and every billing period after it; without
-- term_end at every billing period after the subscription began to be paid. A day of the month that a month does
-- not have is that month's last. And until when can notice be given, not to renew? Its period, in days or months,
-- before the term's end; what no term_end was told of runs on without one.
with
terms as (
    select
        p.as_of,
        p.account,
        p.subscription,
        p.valid_from,
        p.is_in_force,
        p.notice_period,
        p.notice_unit,
        coalesce(p.term_end, p.paid_since) as anchor,
        case when p.term_end is null then 1 else 0 end as first_term,
        case p.billing when 'annual' then 12 when 'monthly' then 1 end as months,
        -- The last day on which a renewal counts: before as_of, and not the day on which it stops being paid.
        least(
            p.as_of - 1,
            case when p.stops_paying then p.valid_to - 1 else coalesce(p.valid_to, p.as_of) end
        ) as last_day,
        p.as_of - 1 as yesterday
    from (
        select
            q.*,
            q.valid_from <= q.as_of and (q.valid_to is null or q.valid_to > q.as_of) as is_in_force
        from periods as q
        where q.is_paid
    ) as p
),

-- How many whole months lie between the anchor and each of three days?
counted as (
    select
        t.*,
        (year(t.valid_from) - year(t.anchor)) * 12 + month(t.valid_from) - month(t.anchor)
        - case when day(t.valid_from) < least(day(t.anchor), day(last_day(t.valid_from))) then 1 else 0 end
            as months_at_start,
        (year(t.last_day) - year(t.anchor)) * 12 + month(t.last_day) - month(t.anchor)
        - case when day(t.last_day) < least(day(t.anchor), day(last_day(t.last_day))) then 1 else 0 end
            as months_at_end,
        (year(t.yesterday) - year(t.anchor)) * 12 + month(t.yesterday) - month(t.anchor)
        - case when day(t.yesterday) < least(day(t.anchor), day(last_day(t.yesterday))) then 1 else 0 end
            as months_yesterday
    from terms as t
),

-- The number of term ends up to a day: those in the stretch are the difference of two such numbers.
numbered as (
    select
        c.*,
        case
            when c.valid_from < c.anchor then 0
            when c.months is null then 1 - c.first_term
            else cast(floor(c.months_at_start / c.months) as integer) + 1 - c.first_term
        end as ends_at_start,
        case
            when c.last_day < c.anchor then 0
            when c.months is null then 1 - c.first_term
            else cast(floor(c.months_at_end / c.months) as integer) + 1 - c.first_term
        end as ends_at_end,
        case
            when c.yesterday < c.anchor then c.first_term
            else cast(floor(c.months_yesterday / c.months) as integer) + 1
        end as next_term
    from counted as c
),

dated as (
    select
        n.*,
        case
            when n.yesterday < n.anchor and n.first_term = 0 then 0
            else n.months * n.next_term
        end as months_ahead
    from numbered as n
),

placed as (
    select
        d.*,
        make_date(
            cast(year(d.anchor) + floor((month(d.anchor) - 1 + d.months_ahead) / 12) as integer),
            cast((month(d.anchor) - 1 + d.months_ahead) % 12 + 1 as integer),
            1
        ) as month_ahead
    from dated as d
),

due as (
    select
        l.*,
        case
            when l.is_in_force
                then
                    make_date(
                        cast(year(l.month_ahead) as integer),
                        cast(month(l.month_ahead) as integer),
                        cast(least(day(l.anchor), day(last_day(l.month_ahead))) as integer)
                    )
        end as renewal_on
    from placed as l
),

-- The first day of the month so many months before the one in which the term ends.
noticed as (
    select
        u.*,
        make_date(
            cast(floor((year(u.renewal_on) * 12 + month(u.renewal_on) - 1 - u.months_of_notice) / 12) as integer),
            cast((year(u.renewal_on) * 12 + month(u.renewal_on) - 1 - u.months_of_notice) % 12 + 1 as integer),
            1
        ) as notice_month
    from (
        select
            e.*,
            case when e.notice_unit = 'months' then e.notice_period end as months_of_notice
        from due as e
    ) as u
)

select
    o.as_of,
    o.account,
    o.subscription,
    o.valid_from,
    o.is_in_force,
    case when o.last_day > o.valid_from then o.ends_at_end - o.ends_at_start else 0 end as renewals,
    o.renewal_on,
    case
        when o.first_term = 1 then null
        when o.notice_unit = 'months'
            then
                make_date(
                    cast(year(o.notice_month) as integer),
                    cast(month(o.notice_month) as integer),
                    cast(least(day(o.renewal_on), day(last_day(o.notice_month))) as integer)
                )
        else o.renewal_on - o.notice_period
    end as notice_on
from noticed as o

-- On which terms do the paid stretches run? For each: when its next renewal after the day before as_of is due,
-- and how many renewals it saw before as_of. A term ends at term_end and every billing period after it; without
-- term_end at every billing period after the subscription began to be paid. A day of the month that a month does
-- not have is that month's last.
with
terms as (
    select
        p.as_of,
        p.account,
        p.subscription,
        p.valid_from,
        p.is_in_force,
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
)

select
    l.as_of,
    l.account,
    l.subscription,
    l.valid_from,
    l.is_in_force,
    case when l.last_day > l.valid_from then l.ends_at_end - l.ends_at_start else 0 end as renewals,
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

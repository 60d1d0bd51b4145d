-- What did each subscription look like over time, as known at each as_of of the spine?
-- One row for each stretch in which nothing changed: in force on the days valid_from <= day < valid_to.
with
stated as (
    select r.*
    from records as r
    inner join accounts as a on r.account = a.account
    where r.name in ('subscription_started', 'subscription_changed', 'subscription_ended') and r.sign > 0
),

retractions as (
    select
        r.account,
        r.source,
        r.message_id,
        r.content,
        r.known_day,
        row_number() over (partition by r.account, r.source, r.message_id, r.content order by r.known_day) as copy
    from records as r
    where r.sign < 0
),

taken_back as (
    select
        t.*,
        row_number() over (partition by t.account, t.source, t.message_id, t.content order by t.known_day) as copy
    from stated as t
    inner join retractions as f
        on
            t.account = f.account and t.source = f.source
            and t.message_id = f.message_id and t.content = f.content and f.copy = 1
),

-- A record counts until the day its retraction is known: the first row of a message until the first retraction
-- of the same content at the same account, the second until the second.
lasting as (
    select t.account, t.name, t.day, t.known_day, t."at", t.properties, cast('9999-12-31' as date) as counts_to
    from stated as t
    left join retractions as f
        on
            t.account = f.account and t.source = f.source
            and t.message_id = f.message_id and t.content = f.content and f.copy = 1
    where f.copy is null
    union all
    select b.account, b.name, b.day, b.known_day, b."at", b.properties, coalesce(f.known_day, cast('9999-12-31' as date))
    from taken_back as b
    left join retractions as f
        on
            b.account = f.account and b.source = f.source and b.message_id = f.message_id
            and b.content = f.content and b.copy = f.copy
),

said as (
    select
        r.account,
        coalesce(json_extract_string(r.properties, '$.id'), '') as subscription,
        r.name,
        r.day,
        greatest(r.day, r.known_day) as counts_from,
        r.counts_to,
        json_extract_string(r.properties, '$.plan') as plan,
        json_extract_string(r.properties, '$.product') as product,
        try_cast(json_extract_string(r.properties, '$.seats') as bigint) as seats,
        try_cast(json_extract_string(r.properties, '$.packs') as bigint) as packs,
        try_cast(json_extract_string(r.properties, '$.pack_size') as bigint) as pack_size,
        try_cast(json_extract_string(r.properties, '$.mrr_minor') as bigint) as mrr_minor,
        json_extract_string(r.properties, '$.currency') as currency,
        try_cast(json_extract_string(r.properties, '$.is_trial') as boolean) as is_trial,
        json_extract_string(r.properties, '$.billing') as billing,
        try_cast(json_extract_string(r.properties, '$.auto_renew') as boolean) as auto_renew,
        try_cast(json_extract_string(r.properties, '$.term_end') as date) as term_end,
        -- More than ten years are no period of notice.
        case
            when try_cast(json_extract_string(r.properties, '$.notice_period') as integer) between 0 and 3650
                then try_cast(json_extract_string(r.properties, '$.notice_period') as integer)
        end as notice_period,
        json_extract_string(r.properties, '$.notice_unit') as notice_unit,
        row_number() over (
            partition by r.account
            order by
                r.day,
                r."at",
                case r.name when 'subscription_started' then 0 when 'subscription_changed' then 1 else 2 end,
                r.properties
        ) as place
    from lasting as r
),

known as (
    select s.as_of, d.*
    from said as d
    inner join spine as s on d.counts_from <= s.as_of and d.counts_to > s.as_of
),

-- What a record leaves out stays as it was.
filled as (
    select
        d.as_of,
        d.account,
        d.subscription,
        d.name,
        d.place,
        d.day as valid_from,
        lead(d.day) over (partition by d.as_of, d.account, d.subscription order by d.place) as valid_to,
        last_value(d.plan ignore nulls) over so_far as plan,
        last_value(d.product ignore nulls) over so_far as product,
        last_value(d.seats ignore nulls) over so_far as seats_told,
        last_value(d.packs ignore nulls) over so_far as packs,
        last_value(d.pack_size ignore nulls) over so_far as pack_size,
        max(case when d.seats is not null then d.place end) over so_far as seats_place,
        max(case when d.packs is not null or d.pack_size is not null then d.place end) over so_far as packs_place,
        last_value(d.mrr_minor ignore nulls) over so_far as mrr_minor,
        last_value(d.currency ignore nulls) over so_far as currency,
        coalesce(last_value(d.is_trial ignore nulls) over so_far, false) as is_trial,
        last_value(d.billing ignore nulls) over so_far as billing,
        last_value(d.auto_renew ignore nulls) over so_far as auto_renew,
        last_value(d.term_end ignore nulls) over so_far as term_end,
        last_value(d.notice_period ignore nulls) over so_far as notice_period,
        last_value(d.notice_unit ignore nulls) over so_far as notice_unit
    from known as d
    window so_far as (
        partition by d.as_of, d.account, d.subscription
        order by d.place
        rows between unbounded preceding and current row
    )
),

-- Several records of one day: the last counts. Nothing is in force after an end. Seats are those told last, or the
-- packs told since.
stretches as (
    select
        f.*,
        case
            when f.packs_place > coalesce(f.seats_place, 0)
                then coalesce(try_cast(cast(f.packs as double) * f.pack_size as bigint), f.seats_told)
            else f.seats_told
        end as seats,
        (not f.is_trial and coalesce(f.mrr_minor, 1) > 0) as is_paid
    from filled as f
    where f.name <> 'subscription_ended' and (f.valid_to is null or f.valid_to > f.valid_from)
),

joined as (
    select
        t.*,
        coalesce(
            lag(t.valid_to) over of_subscription = t.valid_from and lag(t.is_paid) over of_subscription, false
        ) as was_paid,
        coalesce(
            lead(t.valid_from) over of_subscription = t.valid_to and lead(t.is_paid) over of_subscription, false
        ) as stays_paid
    from stretches as t
    window of_subscription as (partition by t.as_of, t.account, t.subscription order by t.place)
)

select
    j.as_of,
    j.account,
    j.subscription,
    j.valid_from,
    j.valid_to,
    j.plan,
    j.product,
    j.seats,
    j.packs,
    j.pack_size,
    j.mrr_minor,
    j.currency,
    j.is_trial,
    j.billing,
    j.auto_renew,
    j.term_end,
    j.notice_period,
    j.notice_unit,
    j.is_paid,
    j.is_paid and not j.was_paid as starts_paying,
    j.is_paid and j.valid_to is not null and not j.stays_paid as stops_paying,
    max(case when j.is_paid and not j.was_paid then j.valid_from end) over (
        partition by j.as_of, j.account, j.subscription
        order by j.place
        rows between unbounded preceding and current row
    ) as paid_since
from joined as j

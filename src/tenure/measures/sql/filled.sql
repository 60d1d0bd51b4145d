-- What do the sources say: which records are there, and do uses tell people, time and errors?
with records_told as (
    select distinct
        case
            when e.name = 'survey_answered' then 'survey_' || json_extract_string(e.properties, '$.kind')
            when e.name in ('ticket_closed', 'ticket_answered') and e.seconds is not null
                then replace(e.name, 'ticket_', '') || '_seconds'
            else e.name
        end as told
    from records as e
    where e.day <= $as_of and e.known_day <= $as_of
),

uses as (
    select
        sum(abs(u.seconds)) as seconds,
        sum(abs(u.errors)) as errors
    from usage_day as u
    where u.class = 'usage' and u.day <= $as_of and u.known_day <= $as_of
),

somebody as (
    select 'people' as told
    from usage_person_day as p
    where p.class = 'usage' and p.person <> 0 and p.day <= $as_of and p.known_day <= $as_of
    limit 1
)

select r.told
from records_told as r
where r.told is not null

union all

select s.told
from somebody as s

union all

select 'seconds' as told
from uses as u
where u.seconds > 0

union all

select 'errors' as told
from uses as u
where u.errors > 0

-- How many answers to NPS surveys were there in the three months up to each closing day, and how many of them 9 or 10?
select
    c.month,
    sum(case when e.value >= 9 then e.sign else 0 end) as promoters,
    sum(e.sign) as answers
from closes as c
inner join records as e on e.day >= c.begins_on and e.day <= c.closes_on
where
    e.name = 'survey_answered'
    and e.value is not null
    and e.known_day <= $as_of
    and json_extract_string(e.properties, '$.kind') = 'nps'
group by c.month
order by c.month

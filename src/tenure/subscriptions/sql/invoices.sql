-- Which invoices does each account have, as known at each as_of of the spine, when were they paid, and what was taken
-- back of it?
with
standing as (
    select
        s.as_of,
        r.account,
        r.name,
        r.day,
        r.value,
        coalesce(json_extract_string(r.properties, '$.id'), r.message_id) as invoice,
        try_cast(json_extract_string(r.properties, '$.due_on') as date) as due_on,
        json_extract_string(r.properties, '$.currency') as currency,
        try_cast(json_extract_string(r.properties, '$.returned_minor') as bigint) as returned_minor,
        json_extract_string(r.properties, '$.dispute') as dispute
    from records as r
    inner join accounts as a on r.account = a.account
    inner join spine as s on r.day <= s.as_of and r.known_day <= s.as_of
    where r.name in ('invoice_issued', 'invoice_paid')
    group by
        s.as_of, r.account, r.name, r.day, r.value, r.source, r.message_id, r.content, r.properties
    having sum(r.sign) > 0
)

select
    i.as_of,
    i.account,
    i.invoice,
    min(i.day) as issued_on,
    max(i.due_on) as due_on,
    max(cast(round(i.value, 0) as bigint)) as amount_minor,
    max(coalesce(i.currency, $currency)) as currency,
    min(p.day) as paid_on,
    max(i.returned_minor) as returned_minor,
    max(i.dispute) as dispute
from standing as i
left join standing as p
    on i.as_of = p.as_of and i.account = p.account and i.invoice = p.invoice and p.name = 'invoice_paid'
where i.name = 'invoice_issued'
group by i.as_of, i.account, i.invoice

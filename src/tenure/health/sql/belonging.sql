-- To which account does each person belong on each day, in which role, and to how many? Of several: the one joined last.
select as_of, person, account, role, accounts
from (
    select
        as_of, person, account, role,
        row_number() over (partition by as_of, person order by own desc, since desc nulls last, account) as place,
        count(*) over (partition by as_of, person) as accounts
    from (
        select
            d.as_of,
            coalesce(p.holder, m.person) as person,
            coalesce(a.holder, m.account) as account,
            m.role,
            m.since,
            case when p.holder is null or p.holder = m.person then 1 else 0 end as own,
            row_number() over (
                partition by d.as_of, coalesce(p.holder, m.person), coalesce(a.holder, m.account)
                order by
                    case when p.holder is null or p.holder = m.person then 0 else 1 end,
                    case when a.holder is null or a.holder = m.account then 0 else 1 end,
                    m.account
            ) as copy
        from days d
        join memberships m on (m.since is null or m.since <= d.as_of) and (m.until is null or m.until > d.as_of)
        left join person_holders p on p.id = m.person and d.as_of >= p.since and d.as_of < p.until
        left join account_holders a on a.id = m.account and d.as_of >= a.since and d.as_of < a.until
    ) as held
    where copy = 1
) as ranked
where place = 1
order by as_of, person

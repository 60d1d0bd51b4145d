-- What is in each member's book of business: accounts, MRR, those in each band, what is at risk, what renews soon?
select
  owner_id as member,
  coalesce(band, '') as band,
  count(*) as accounts,
  coalesce(sum(mrr), 0) as mrr,
  count(*) filter (where renewal_on >= $today and renewal_on <= $until) as renewals,
  coalesce(sum(mrr) filter (where renewal_on >= $today and renewal_on <= $until), 0) as renewal_mrr
from state
where status in ('customer', 'trial')
group by owner_id, coalesce(band, '')

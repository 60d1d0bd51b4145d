-- What do customers and trials pay by band, and what of it renews within 30, 60 and 90 days?
select
  coalesce(band, '') as band,
  count(*) as accounts,
  coalesce(sum(mrr), 0) as mrr,
  count(*) filter (where renewal_on >= $today and renewal_on <= $today + 30) as accounts_30,
  coalesce(sum(mrr) filter (where renewal_on >= $today and renewal_on <= $today + 30), 0) as mrr_30,
  count(*) filter (where renewal_on > $today + 30 and renewal_on <= $today + 60) as accounts_60,
  coalesce(sum(mrr) filter (where renewal_on > $today + 30 and renewal_on <= $today + 60), 0) as mrr_60,
  count(*) filter (where renewal_on > $today + 60 and renewal_on <= $today + 90) as accounts_90,
  coalesce(sum(mrr) filter (where renewal_on > $today + 60 and renewal_on <= $today + 90), 0) as mrr_90
from state
where status in ('customer', 'trial')
group by coalesce(band, '')

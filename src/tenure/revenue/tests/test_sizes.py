from hypothesis import given
from hypothesis import strategies as st

from tenure.revenue.sizes import by_size


def test_many_small_customers_with_little_money() -> None:
    """A hundred of 10 and ten of 1,000; twenty of the small ones left."""
    paid = dict.fromkeys(range(100), 10) | dict.fromkeys(range(100, 110), 1000)
    found = by_size(paid, {n: mrr for n, mrr in paid.items() if n >= 20})
    assert [(each.label, each.customers, each.lost, each.gone) for each in found.classes] == [
        ("Small", 100, 20, 200), ("Large", 10, 0, 0),
    ]  # fmt: skip
    assert found.says.startswith("Mostly small customers left")


def test_few_large_customers_with_much_money() -> None:
    paid = dict.fromkeys(range(100), 10) | dict.fromkeys(range(100, 110), 1000)
    assert by_size(paid, {n: mrr for n, mrr in paid.items() if n < 108}).says.startswith("Large customers left")


def test_all_alike_and_nobody() -> None:
    paid = dict.fromkeys(range(10), 50)
    assert by_size(paid, dict.fromkeys(range(8), 50)).says.startswith("Customers of all sizes")
    assert by_size(paid, paid).says == ""
    assert by_size({}, {}).classes == ()


@given(st.dictionaries(st.integers(1, 50), st.tuples(st.integers(1, 9), st.booleans()), max_size=40))
def test_classes_are_everybody_once(rows: dict[int, tuple[int, bool]]) -> None:
    paid = {account: mrr for account, (mrr, _) in rows.items()}
    found = by_size(paid, {account: mrr for account, (mrr, stays) in rows.items() if stays})
    assert sum(each.customers for each in found.classes) == len(paid)
    assert sum(each.opening for each in found.classes) == sum(paid.values())
    assert sum(each.lost for each in found.classes) == sum(not stays for _, stays in rows.values())
    spans = [(each.least, each.most) for each in found.classes]
    assert spans == sorted(spans)

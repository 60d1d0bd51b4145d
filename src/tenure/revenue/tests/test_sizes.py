import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tenure.revenue.contracts import Sizes
from tenure.revenue.sizes import by_size


def sized(paid: dict[int, int], now: dict[int, int]) -> Sizes:
    return by_size(np.array(list(paid.values()), np.int64), np.array([now.get(n, 0) for n in paid], np.int64))


def test_many_small_customers_with_little_money() -> None:
    """A hundred of 10 and ten of 1,000; twenty of the small ones left."""
    paid = dict.fromkeys(range(100), 10) | dict.fromkeys(range(100, 110), 1000)
    found = sized(paid, {n: mrr for n, mrr in paid.items() if n >= 20})
    assert [(each.label, each.customers, each.lost, each.gone) for each in found.classes] == [
        ("Small", 100, 20, 200), ("Large", 10, 0, 0),
    ]  # fmt: skip
    assert found.says.startswith("Mostly small customers left")


def test_few_large_customers_with_much_money() -> None:
    paid = dict.fromkeys(range(100), 10) | dict.fromkeys(range(100, 110), 1000)
    assert sized(paid, {n: mrr for n, mrr in paid.items() if n < 108}).says.startswith("Large customers left")


def test_all_alike_and_nobody() -> None:
    paid = dict.fromkeys(range(10), 50)
    assert sized(paid, dict.fromkeys(range(8), 50)).says.startswith("Customers of all sizes")
    assert sized(paid, paid).says == ""
    assert sized({}, {}).classes == ()


@given(st.dictionaries(st.integers(1, 50), st.tuples(st.integers(1, 9), st.booleans()), max_size=40))
def test_classes_are_everybody_once(rows: dict[int, tuple[int, bool]]) -> None:
    paid = {account: mrr for account, (mrr, _) in rows.items()}
    found = sized(paid, {account: mrr for account, (mrr, stays) in rows.items() if stays})
    assert sum(each.customers for each in found.classes) == len(paid)
    assert sum(each.opening for each in found.classes) == sum(paid.values())
    assert sum(each.lost for each in found.classes) == sum(not stays for _, stays in rows.values())
    spans = [(each.least, each.most) for each in found.classes]
    assert spans == sorted(spans)

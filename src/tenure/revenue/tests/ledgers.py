"""Ledgers made of what accounts paid at the end of each month."""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from tenure.base.months import each_month
from tenure.subscriptions.contracts import LEDGER, MOVEMENTS, SPLIT

FIRST = date(2024, 1, 1)
MONTHS = list(each_month(FIRST, date(2025, 8, 1)))


def ledger(histories: Sequence[Sequence[int]]) -> pa.Table:
    """The movements of accounts 1, 2, … whose MRR closed the months from `FIRST` on as given; no rates of exchange."""
    rows = []
    for account, closings in enumerate(histories, start=1):
        opening, had = 0, False
        for at, closing in zip(MONTHS, closings, strict=False):
            delta = closing - opening
            kind = (
                ("reactivation" if had else "new") if not opening
                else "churn" if not closing else "expansion" if delta > 0 else "contraction"
            )  # fmt: skip
            if delta:
                row = dict.fromkeys((*MOVEMENTS, *SPLIT), 0) | {kind: delta}
                row["by_price"] = delta if kind in ("expansion", "contraction") else 0
                rows.append({"account": account, "month": at, "opening": opening, "closing": closing, **row})
            opening, had = closing, had or closing > 0
    return pa.Table.from_pylist(rows, schema=LEDGER)

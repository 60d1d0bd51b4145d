"""Facts made by hand, and the catalogue that names their columns."""

from collections.abc import Mapping, Sequence
from datetime import date

import pyarrow as pa

from tenure.measures.contracts import Catalogue, Field

AS_OF = date(2024, 12, 31)

CATALOGUE = Catalogue(
    "account",
    (
        Field("name", "account", "text", "raw", label="Name"),
        Field("external_id", "account", "text", "raw", label="External id"),
        Field("status", "account", "text", "raw", label="Status"),
        Field("plan", "account", "text", "raw", label="Plan"),
        Field("mrr", "account", "number", "raw", label="MRR", unit="money"),
        Field("renewal_on", "account", "date", "raw", label="Renewal on"),
        Field("logins", "account", "number", "measure", kind="measure", label="Logins in 28 days", unit="logins"),
        Field(
            "people", "account", "number", "measure", kind="measure", label="People active in 28 days", unit="people"
        ),
        Field("urgent", "account", "number", "measure", kind="measure", label="Open urgent tickets", unit="tickets"),
        Field("industry", "account", "text", "raw", kind="trait", label="Industry"),
    ),
)
_TEXTS = ("name", "external_id", "status", "plan", "parent", "owner", "t__industry")
_TYPES: Mapping[str, pa.DataType] = {
    "as_of": pa.date32(),
    "id": pa.int64(),
    "owner_id": pa.float64(),
    "renewal_on": pa.date32(),
    **dict.fromkeys(_TEXTS, pa.string()),
}


def facts(rows: Sequence[Mapping[str, object]], *, as_of: date = AS_OF) -> pa.Table:
    """Accounts as the facts give them; left out: a customer on the as-of day, everything else unknown."""
    whole = [
        {"as_of": as_of, "id": at, "external_id": f"A-{at}", "name": f"Account {at}", "status": "customer", **row}
        for at, row in enumerate(rows, start=1)
    ]
    names = list(
        dict.fromkeys((*_TYPES, "mrr", "logins", "people", "urgent", *(name for row in whole for name in row)))
    )
    return pa.table(
        {
            name: pa.array(
                [row.get(name) for row in whole],
                _TYPES.get(name, pa.date32() if name.endswith("__stale_since") else pa.float64()),
            )
            for name in names
        }
    )

"""Keyset cursors: an opaque, signed place in a sorted list.

A cursor holds the sort values of the last row shown, so the next page costs the same wherever it is.
It is signed because it comes back from the outside and goes into a query.
"""

from collections.abc import Sequence

from django.core import signing

from tenure.base.refusals import Invalid

type Key = str | int | float | bool | None

_SALT = "tenure.cursor"


def encode(values: Sequence[Key]) -> str:
    """The cursor that stands after the row with these sort values."""
    return signing.dumps(list(values), salt=_SALT, compress=True)


def decode(text: str) -> tuple[Key, ...]:
    """The sort values in a cursor; refuses one that we did not make."""
    try:
        return tuple(signing.loads(text, salt=_SALT))
    except signing.BadSignature:
        raise Invalid("This page link is damaged. Open the list again from its start.") from None

"""A lock of this machine has one holder, and is free again when its block ends."""

from tenure.base import locks


def test_a_name_has_one_holder_at_a_time() -> None:
    with locks.alone("lamp") as first, locks.alone("lamp") as second, locks.alone("door") as other:
        assert (first, second, other) == (True, False, True)
    with locks.alone("lamp") as again:
        assert again

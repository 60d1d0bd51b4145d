"""Questions that are answered beside other work."""

import threading
from contextvars import ContextVar

import pytest

from tenure.base.soon import soon

_asking = ContextVar("asking", default="nobody")


def test_the_answer_is_made_beside_and_waited_for() -> None:
    go, here = threading.Event(), threading.get_ident()

    def question() -> tuple[str, bool]:
        assert go.wait(5)
        return _asking.get(), threading.get_ident() == here

    _asking.set("ana")
    answer = soon(question)
    _asking.set("ben")
    go.set()
    assert answer() == ("ana", False)
    assert answer() == ("ana", False)


def test_what_goes_wrong_is_raised_where_it_is_needed() -> None:
    def question() -> None:
        raise LookupError("gone")

    answer = soon(question)
    with pytest.raises(LookupError, match="gone"):
        answer()

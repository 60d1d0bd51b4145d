"""What an action refuses is told on the next page; what is no refusal is a bug."""

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.test import RequestFactory

from tenure.base.refusals import Conflict, Invalid, Refusal
from tenure.screens.refusals import told


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    made = rf.post("/")
    made._messages = CookieStorage(made)  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize("kinds", [(), (Conflict,)])
def test_a_refusal_ends_the_block_and_is_told(request_: HttpRequest, kinds: tuple[type[Refusal], ...]) -> None:
    done = []
    with told(request_, *kinds):
        done.append("before")
        raise Conflict("Somebody was faster.")
    assert done == ["before"]
    assert [(each.level_tag, each.message) for each in get_messages(request_)] == [("error", "Somebody was faster.")]


@pytest.mark.parametrize("error", [Conflict("Somebody was faster."), ValueError("a bug")])
def test_what_is_not_of_the_kinds_goes_on(request_: HttpRequest, error: Exception) -> None:
    with pytest.raises(type(error)), told(request_, Invalid):
        raise error
    assert not list(get_messages(request_))

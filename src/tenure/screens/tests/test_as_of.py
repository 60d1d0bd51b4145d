"""The day a page speaks of, from its address."""

import pytest
from django.test import Client

from tenure.screens import bands
from tenure.tenants.models import Workspace

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "said"), [("2999-01-01", "lies after"), ("yesterday", "is not a date. Write it as 2026-01-31.")]
)
def test_a_day_that_cannot_be_is_refused_on_a_page(ana_client: Client, acme: Workspace, given: str, said: str) -> None:
    answer = ana_client.get(f"/w/acme/settings/?as_of={given}")
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_band_that_the_scorecard_does_not_have_looks_plain() -> None:
    known = {"thriving": "healthy"}
    assert [bands.look(key, known) for key in ("thriving", "former_name", "unknown", None, "")] == [
        "healthy", "accent", "unknown", "unknown", "unknown",
    ]  # fmt: skip


def test_before_the_first_run_the_list_leads_to_the_first_steps(ana_client: Client, acme: Workspace) -> None:
    answer = ana_client.get("/w/acme/accounts/")
    assert (answer.status_code, answer["Location"]) == (302, "/w/acme/start/")

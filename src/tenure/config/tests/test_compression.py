"""What travels compressed."""

import gzip

from django.test import Client

from tenure.tenants.models import Workspace


def test_pages_travel_compressed_and_answers_to_machines_do_not(ana_client: Client, acme: Workspace) -> None:
    page = ana_client.get("/w/acme/settings/", headers={"Accept-Encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(page.content)
    assert b"</html>" in ana_client.get("/w/acme/settings/").content
    answer = ana_client.get("/api/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, "Content-Encoding" in answer) == (200, False)

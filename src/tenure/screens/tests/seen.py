"""What somebody reads on a page, without its tags."""

import re

from django.test import Client


def words_of(page: bytes) -> str:
    """The text of a page from its heading on, each gap one space; without the marks that only keep a line together."""
    told = page.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", told[told.index("<h1") :]).split()).replace("\u2060", "")


def words(client: Client, path: str, *, status: int = 200) -> str:
    """The text of a page of the workspace acme."""
    answer = client.get(f"/w/acme/{path}")
    assert answer.status_code == status, answer.content[:300]
    return words_of(answer.content)

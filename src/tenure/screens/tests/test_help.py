"""The documentation as pages, its search, the words that pages explain, and what each page says of itself."""

import re
import tomllib
from pathlib import Path

import pytest
from django.test import Client

from tenure.screens.help import documents, glossary
from tenure.screens.help.topics import TOPICS
from tenure.screens.navigation import PLACES, SETTINGS
from tenure.screens.workspace.accounts.head import TABS
from tenure.tenants.models import Member, Workspace

ROOT = Path(__file__).parents[4]
TEMPLATES = Path(__file__).parents[1] / "templates"


def test_headings_get_anchors_links_lead_to_pages_and_markup_is_text() -> None:
    text = "# Title\nIt begins *so*.\n\n## The record, kept\n"
    text += "[one](health.md#the-record) [two](../examples/x.yaml) <b>x</b>\n"
    made = documents.read("x", text)
    assert (made.title, made.lead) == ("Title", "It begins so.")
    assert '<h2 id="the-record-kept">' in made.html
    assert '<a href="../health/#the-record">one</a> <a>two</a> &lt;b&gt;x&lt;/b&gt;' in made.html
    assert [(each.anchor, each.level) for each in made.sections] == [("", 1), ("the-record-kept", 2)]


def test_a_search_finds_beginnings_of_words_and_headings_first() -> None:
    found = documents.search("saved vie")
    assert found[0].document == "lists"
    assert documents.search("zeppelin") == documents.search("  ") == []
    assert documents.search("anscorecar") == []


def test_every_link_between_documents_leads_somewhere() -> None:
    anchors = {key: {each.anchor for each in one.sections} for key, one in documents.documents().items()}
    for key, one in documents.documents().items():
        for target, anchor in re.findall(r'href="\.\./([a-z-]+)/(?:#([^"]*))?"', one.html):
            assert target in anchors, (key, target)
            assert anchor in anchors[target] | {""}, (key, target, anchor)


def test_every_column_of_a_table_has_a_head() -> None:
    assert {key for key, one in documents.documents().items() if "<th></th>" in one.html} == set()


def test_every_page_of_the_menus_says_what_it_shows_and_leads_to_what_is_there() -> None:
    names = [each.name for each in PLACES] + [each[2] for each in (*SETTINGS, *TABS)]
    assert {name.removeprefix("workspace:") for name in names} - set(TOPICS) == set()
    known = documents.documents()
    for topic in TOPICS.values():
        for place, _ in topic.reads:
            key, _, anchor = place.partition("#")
            assert anchor in {each.anchor for each in known[key].sections}, place


def test_words_that_pages_explain_are_in_the_glossary() -> None:
    words = glossary.glossary()
    assert set(glossary.LABELS.values()) <= set(words)
    assert words["reason"].meaning.startswith("one line of why a score is what it is")
    said = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    assert set(re.findall(r'\{\{ term\("([^"]+)"\) }}', said)) <= set(glossary.LABELS)


def test_the_wheel_carries_every_document() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = {f"docs/{path.name}": f"tenure/screens/help/docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert build["force-include"] == wanted


@pytest.mark.django_db
def test_the_pages_of_the_help(acme: Workspace, ben: Member, ben_client: Client) -> None:
    listed = ben_client.get("/w/acme/help/").content.decode()
    assert 'href="/w/acme/help/lists/"' in listed
    found = ben_client.get("/w/acme/help/?q=bulk+mrr+movement").content.decode()
    assert "Nothing is said of that" in found
    assert 'href="/w/acme/help/words/#mrr"' in ben_client.get("/w/acme/help/?q=mrr").content.decode()
    assert 'id="touch-tier"' in ben_client.get("/w/acme/help/words/").content.decode()
    assert ben_client.get("/w/acme/help/nonsense/").status_code == 404
    assert "/w/acme/help/lists/" in ben_client.get("/w/acme/palette/?q=saved+views").content.decode()


@pytest.mark.django_db
def test_a_word_is_explained_once_on_the_page_and_named_in_its_help(acme: Workspace, ben_client: Client) -> None:
    page = ben_client.get("/w/acme/segments/").content.decode()
    assert 'popovertarget="word-segment" aria-describedby="word-segment"' in page
    assert page.count('id="word-segment"') == 1
    assert "Words on this page" in page
    assert "Words on this page" not in ben_client.get("/w/acme/help/").content.decode()

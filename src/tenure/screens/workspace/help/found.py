"""What a search in the documentation finds, ready to show; the palette shows it too."""

from dataclasses import dataclass

from tenure.screens.access import TeamRequest
from tenure.screens.help import documents, glossary
from tenure.screens.jinja import to


@dataclass(frozen=True, slots=True)
class Hit:
    """A section or a word: where it is, what it is called, of which page, and a piece of it."""

    href: str
    heading: str
    page: str
    piece: str


def found(request: TeamRequest, words: str, *, limit: int, headings: bool = False) -> list[Hit]:
    """Words of the glossary that begin so, then sections; with `headings` those whose heading holds all words."""
    asked = words.casefold()
    said = [
        Hit(_address(request, "words", each.key), each.word, "Glossary", each.meaning)
        for each in glossary.glossary().values()
        if each.word.casefold().startswith(asked)
    ]
    sections = [
        Hit(_address(request, each.document, each.anchor), each.heading, each.title, documents.excerpt(each, words))
        for each in documents.search(words, limit=limit, headings=headings)
        if each.document != "words"
    ]
    return [*said[: max(limit // 3, 1)], *sections][:limit]


def _address(request: TeamRequest, document: str, anchor: str) -> str:
    return to(request, "workspace:help-page", document=document) + (f"#{anchor}" if anchor else "")

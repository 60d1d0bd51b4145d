"""The documentation (`docs/*.md`) as pages of the product, and a search over its sections."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

HERE = Path(__file__).resolve().parent
FOLDERS = (HERE / "docs", HERE.parents[3] / "docs")
"""Where it lies: beside this file once the product is installed, else in the repository."""
ORDER = (
    "home", "accounts", "people", "timeline", "tasks", "meetings", "alerts", "ownership", "digests", "lists",
    "segments", "health", "scorecard-studio", "measures", "expressions", "importing", "sending-events", "facts-api",
    "stripe", "executive", "board-packs", "retention", "definitions", "settings", "permissions", "words",
)  # fmt: skip
"""What somebody who is new would read first; others follow by name."""

_EDGE = re.compile(r"[^\w\- ]+")
_LINK = re.compile(r"(?P<key>[a-z0-9-]+)\.md(?P<anchor>#.*)?")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document under its heading; the first one, before any, has no `anchor`. `text` is plain."""

    document: str
    title: str
    heading: str
    anchor: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A page of the documentation: its title, what it begins with, its sections, and the rest of it as HTML."""

    key: str
    title: str
    lead: str
    html: Markup
    sections: tuple[Section, ...]


@cache
def documents() -> Mapping[str, Document]:
    """All documents by key, in the order of reading."""
    folder = next(each for each in FOLDERS if each.is_dir())
    keys = {path.stem for path in folder.glob("*.md")}
    ordered = [key for key in ORDER if key in keys] + sorted(keys - set(ORDER))
    return {key: read(key, (folder / f"{key}.md").read_text(encoding="utf-8")) for key in ordered}


def read(key: str, text: str) -> Document:
    """A document out of its Markdown: headings get anchors, links to others lead to their pages, tables scroll."""
    tokens = _markdown.parse(text)
    title = tokens[1].content if tokens and tokens[0].type == "heading_open" else key
    body = tokens[3:] if tokens and tokens[0].type == "heading_open" else tokens
    sections = tuple(_sections(key, title, body))
    for token in body:
        for child in token.children or ():
            if child.type == "link_open":
                _lead(child)
    html = Markup(_markdown.renderer.render(body, _markdown.options, {}))  # noqa: S704 - our own files, HTML in them is text
    lead = next((each.content for each in body if each.type == "inline"), "")
    return Document(key, title, _plain(lead), html, sections)


def anchor_of(heading: str) -> str:
    """The anchor of a heading, as code hosts make it."""
    return _EDGE.sub("", heading.lower()).strip().replace(" ", "-")


def search(words: str, *, limit: int = 20, headings: bool = False) -> list[Section]:
    """The sections that hold every word, as its beginning: those with all in the heading first, then in the order of
    reading. With `headings` no others."""
    asked = [re.compile(rf"\b{re.escape(word)}", re.IGNORECASE) for word in words.split()]
    if not asked:
        return []
    found = []
    for document in documents().values():
        for section in document.sections:
            heading = f"{section.title} {section.heading}"
            if all(each.search(heading) for each in asked):
                found.append((0 if section.level == 1 else 1, section))
            elif not headings and all(each.search(f"{heading} {section.text}") for each in asked):
                found.append((2, section))
    found.sort(key=lambda each: each[0])
    return [section for _, section in found[:limit]]


def excerpt(section: Section, words: str, *, around: int = 90) -> str:
    """A piece of the section where the first of the words stands."""
    hits = [re.search(re.escape(word), section.text, re.IGNORECASE) for word in words.split()]
    at = min((hit.start() for hit in hits if hit), default=0)
    first, last = max(at - around, 0), at + around
    piece = section.text[first:last].strip()
    return f"{'… ' if first else ''}{piece}{' …' if last < len(section.text) else ''}"


def _sections(key: str, title: str, tokens: Sequence[Token]) -> list[Section]:
    """The document cut at its headings, which get their anchors by the way."""
    made: list[Section] = []
    heading, anchor, level, texts = title, "", 1, [""]
    inside = False
    for token in tokens:
        if token.type == "heading_open":
            made.append(Section(key, title, heading, anchor, level, _SPACES.sub(" ", " ".join(texts)).strip()))
            level, texts, inside = int(token.tag[1]), [], True
            opened = token
        elif token.type == "inline" and inside:
            heading, inside = _plain(token.content), False
            anchor = anchor_of(heading)
            opened.attrSet("id", anchor)
        elif token.type == "inline":
            texts.append(_plain(token.content))
        elif token.type == "fence":
            texts.append(token.content)
    made.append(Section(key, title, heading, anchor, level, _SPACES.sub(" ", " ".join(texts)).strip()))
    return made


def _lead(link: Token) -> None:
    """A link to another document leads to its page; one to a file of the repository leads nowhere."""
    target = str(link.attrGet("href") or "")
    if "://" in target or target.startswith("#"):
        return
    to = _LINK.fullmatch(target)
    if to:
        link.attrSet("href", f"../{to['key']}/{to['anchor'] or ''}")
    else:
        link.attrs.pop("href", None)


def _plain(text: str) -> str:
    """Markdown of a line without its marks."""
    said = "".join(
        each.content if each.type in ("text", "code_inline") else " " if each.type == "softbreak" else ""
        for token in _markdown.parseInline(text)
        for each in token.children or ()
    )
    return said.strip()


def _made() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    rules = made.renderer.rules  # type: ignore[attr-defined]
    rules["table_open"] = lambda *_: '<div class="table-wrap" tabindex="0" role="group"><table class="table">'
    rules["table_close"] = lambda *_: "</table></div>"
    rules["fence"] = rules["code_block"] = lambda tokens, at, *_: str(
        Markup('<pre tabindex="0"><code>{}</code></pre>').format(tokens[at].content)
    )
    return made


_markdown = _made()

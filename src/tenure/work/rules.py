"""How a note's Markdown becomes HTML that is safe to show."""

import nh3
from markdown_it import MarkdownIt

_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def html_of(body: str) -> str:
    """The body as HTML of a few plain tags. Markup in it is shown as text; links open no script and leak no rights.

    Pictures are left out: fetching one would tell its server who reads the note, and when.
    """
    return nh3.clean(
        _markdown.render(body),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    ).strip()

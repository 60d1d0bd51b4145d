"""What an entry becomes: safe HTML, the usual time of a contact, its place among all others."""

import re
from collections.abc import Collection
from datetime import datetime

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from tenure.work.contracts import Flow, Kind, WorkType

LONGEST_MINUTES = 24 * 60
LONGEST_BODY, LONGEST_SUBJECT = 20_000, 200
"""Characters, of entries and of texts to begin with."""
WORK_OF_FLOW = {
    Flow.ONBOARDING: WorkType.ONBOARDING,
    Flow.ADOPTION: WorkType.TRAINING,
    Flow.SUPPORT: WorkType.SUPPORT,
    Flow.RENEWAL: WorkType.COMMERCIAL,
    Flow.EXPANSION: WorkType.COMMERCIAL,
    Flow.RELATIONSHIP: WorkType.RELATIONSHIP,
}
_ID_BITS = 31
_BOX = re.compile(r"\[([ xX])\]\s+(?=\S)")
_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "s", "span",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


def usual_work(kind: Kind, flow: Flow | None) -> WorkType | None:
    """The work type of a contact where nobody says: that of its flow, else looking after the relationship."""
    if not kind.is_contact:
        return None
    return WORK_OF_FLOW[flow] if flow else WorkType.RELATIONSHIP


def place_of(happened_at: datetime, entry: int) -> int:
    """Where an entry stands among all: by the second it happened in, then by its id (below 2^31). A 64-bit integer."""
    if entry >> _ID_BITS:
        raise ValueError(f"entry {entry} is past the ids that a place can hold")
    return (int(happened_at.timestamp()) << _ID_BITS) | entry


def first_place(moment: datetime) -> int:
    """The smallest place of anything that happened at the moment or later."""
    return int(moment.timestamp()) << _ID_BITS


def entry_at(place: int) -> int:
    """The id of the entry at a place."""
    return place & ((1 << _ID_BITS) - 1)


def html_of(body: str, names: Collection[str] = ()) -> str:
    """The body as HTML of a few plain tags; boxes of a task list are marks, ☐ or ☑.

    Markup in it is shown as text; links open no script and leak no rights.

    Pictures are left out: fetching one would tell its server who reads the entry, and when. `@` before one of
    `names` becomes a mark.
    """
    env = {"names": sorted(names, key=len, reverse=True)}
    return nh3.clean(
        _markdown.render(body, env),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        allowed_classes={"span": {"mention", "todo"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    ).strip()


def _mention(state: StateInline, silent: bool) -> bool:
    """The inline rule for `@Name`."""
    if state.src[state.pos] != "@":
        return False
    begin = state.pos + 1
    for name in state.env.get("names", ()):
        end = begin + len(name)
        if state.src[begin:end].casefold() == name.casefold() and not state.src[end : end + 1].isalnum():
            if not silent:
                state.push("mention_open", "span", 1).attrSet("class", "mention")
                state.push("text", "", 0).content = state.src[state.pos : end]
                state.push("mention_close", "span", -1)
            state.pos = end
            return True
    return False


def _boxes(state: StateCore) -> None:
    """The core rule for `[ ]` at the beginning of a list item: it is no text any more."""
    for item, paragraph, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        box = _BOX.match(inline.content) if inline.type == "inline" else None
        if box and item.type == "list_item_open" and paragraph.type == "paragraph_open":
            inline.meta["ticked"] = box[1] != " "
            inline.content = inline.content[box.end() :]


def _boxes_shown(state: StateCore) -> None:
    """The core rule that puts the mark in its place."""
    for inline in state.tokens:
        if inline.type == "inline" and "ticked" in inline.meta and inline.children is not None:
            inline.children[:0] = [
                Token("todo_open", "span", 1, attrs={"class": "todo"}),
                Token("text", "", 0, content="☑" if inline.meta["ticked"] else "☐"),
                Token("todo_close", "span", -1),
                Token("text", "", 0, content=" "),
            ]


_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_markdown.inline.ruler.push("mention", _mention)
_markdown.core.ruler.after("block", "boxes", _boxes)
_markdown.core.ruler.after("inline", "boxes_shown", _boxes_shown)

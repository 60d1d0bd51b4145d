"""The product's words (`docs/words.md`) where pages use them: in headings, heads of columns and labels of figures."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from tenure.base import tenancy
from tenure.screens.help import documents

LABELS: Mapping[str, str] = {
    "Agenda": "agenda", "AUC": "auc", "Band": "band", "Book of business": "book-of-business", "Handoffs": "handoff",
    "Coverage": "coverage", "Flow": "flow", "Lift": "lift",
    "MRR": "mrr", "MRR after": "mrr", "Owner": "owner", "Pulse": "pulse", "Pulses": "pulse", "Last seen": "last-seen",
    "Measures": "measure", "Record": "record", "Renewal": "renewal", "Score": "score", "Scorecard": "scorecard",
    "Seats": "seats", "Seats used": "seats", "Segments": "segment", "Sources": "source", "Status": "status",
    "Strongest reason": "reason", "Movement": "movement", "Touch tier": "touch-tier", "What-if": "what-if",
    "Why this score": "reason", "Work type": "work-type", "Handover note": "handover-note",
    "Miss reviews": "miss", "Waiting for an account": "parked",
}  # fmt: skip
"""Labels of pages that are words of the glossary. Others are plain: a mark on every word would be noise."""

_ROW = re.compile(r"^\| (?P<word>[^|]+?) \| (?P<meaning>[^|]+?) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its meaning; `key` is also the anchor of its line in the glossary."""

    key: str
    word: str
    meaning: str


@cache
def glossary() -> Mapping[str, Word]:
    """All words by key. One that stands twice keeps its first meaning."""
    folder = next(each for each in documents.FOLDERS if each.is_dir())
    found: dict[str, Word] = {}
    for hit in _ROW.finditer((folder / "words.md").read_text(encoding="utf-8")):
        if hit["word"] not in ("word", "---"):
            word = Word(documents.anchor_of(hit["word"]), hit["word"], hit["meaning"].replace("`", ""))
            found.setdefault(word.key, word)
    return found


def term(label: str, word: str = "") -> Markup:
    """A label that says what it means on hover, focus and touch, where it is a word of the glossary; else as it is."""
    found = _explained(label, word)
    if found is None:
        return Markup("{}").format(label)
    return Markup(
        '<button class="term" type="button" popovertarget="word-{0}" aria-describedby="word-{0}" '
        'data-controller="term">{1}</button>'
    ).format(found.key, label)


def explained(label: str, word: str = "") -> Markup:
    """The same for what is a link already: attributes that say what it means on hover and focus."""
    found = _explained(label, word)
    return Markup(' data-controller="term" aria-describedby="word-{0}"').format(found.key) if found else Markup("")


def on_page() -> list[Word]:
    """The words that the page has explained so far: their meanings stand at its end."""
    return list(tenancy.remembered(_PAGE, dict[str, Word]).values())


_PAGE = "words of the page"


def _explained(label: str, word: str) -> Word | None:
    key = word or LABELS.get(label, "")
    if not key:
        return None
    found = glossary()[key]
    tenancy.remembered(_PAGE, dict[str, Word])[key] = found
    return found

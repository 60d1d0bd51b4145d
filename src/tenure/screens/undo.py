"""What was just done and can be taken back from the toast that tells of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Undo:
    """The form that takes it back: its address, and what it sends."""

    action: str
    fields: Mapping[str, str]


def tell(request: HttpRequest, message: str, *, action: str, **fields: str) -> None:
    """A message with a button that sends `fields` to `action`."""
    messages.success(request, message, extra_tags=json.dumps({"action": action, "fields": fields}))


def undo_of(message: Message) -> Undo | None:
    """How to take back what a message tells of, where it can be."""
    if not (message.extra_tags or "").startswith("{"):
        return None
    told = json.loads(str(message.extra_tags))
    return Undo(told["action"], told["fields"])

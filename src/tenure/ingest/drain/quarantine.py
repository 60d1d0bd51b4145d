"""A request that makes the drain fail must not stop it for ever: it is set aside whole, and the others go in.

Reading and deciding are pure and write nothing, so who fails alone would fail always. What the database, the disk or
memory refuse is nobody's fault and is tried again by the next drain.
"""

import logging
import sqlite3
from collections.abc import Iterable

from django.db import Error as DatabaseError

from tenure.ingest.drain.hearing import hear
from tenure.ingest.identity import lookups, rules
from tenure.ingest.inbox import Row

NOT_THEIR_FAULT = (DatabaseError, sqlite3.Error, OSError, MemoryError)
"""The window and the inbox speak to SQLite without Django, so its own errors count too."""
_log = logging.getLogger(__name__)


def sift(workspace: int, batches: Iterable[Row]) -> tuple[list[Row], list[tuple[Row, str]]]:
    """The batches that can be read and decided on, and those that cannot, each with the error's name."""
    sound: list[Row] = []
    culprits: list[tuple[Row, str]] = []
    for batch in batches:
        try:
            voices = hear(workspace, [batch]).voices()
            rules.decide(voices, lookups.known(rules.asked(voices)))
        except NOT_THEIR_FAULT:
            raise
        except Exception as error:
            _log.exception("Request %s of source %s cannot be drained; it is set aside.", batch.id, batch.source)
            culprits.append((batch, type(error).__name__))
        else:
            sound.append(batch)
    return sound, culprits

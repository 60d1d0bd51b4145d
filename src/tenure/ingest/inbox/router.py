"""Which database holds the inbox: a file of its own on SQLite, the same database on PostgreSQL."""

from django.conf import settings
from django.db import models

ALIAS = "inbox"
APP = "inbox"


def alias() -> str:
    """The alias of the database that the inbox is in."""
    return ALIAS if ALIAS in settings.DATABASES else "default"


class InboxRouter:
    """Keeps the inbox's table, and nothing else, in the inbox's file. Without that file it has no opinion."""

    def db_for_read(self, model: type[models.Model], **hints: object) -> str | None:
        return alias() if model._meta.app_label == APP else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool | None:
        if alias() != ALIAS:
            return None
        return (db == ALIAS) == (app_label == APP)

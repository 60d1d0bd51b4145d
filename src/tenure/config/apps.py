from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper


class ConfigConfig(AppConfig):
    """Ties the domains together once all of them are loaded."""

    name = "tenure.config"
    label = "config"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from tenure.config import registrations

        registrations.register()
        connection_created.connect(_give_room)


def _give_room(connection: BaseDatabaseWrapper, **_: object) -> None:
    """On PostgreSQL: memory for a set of rows as large as a common word of the timeline has. With the usual 4 MB it
    would remember pages in place of rows, and read them all again."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET work_mem = '32MB'")

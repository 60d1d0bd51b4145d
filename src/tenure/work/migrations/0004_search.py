"""The words of entries, to be found again, and those of the entries there are.

The triggers hang on the table `work_entry`: a later migration by which SQLite builds that table anew has to make them
again.
"""

from django.db import migrations
from django.db.models import F

SQLITE = (
    "CREATE VIRTUAL TABLE work_search USING fts5("
    "words, marks, tokenize = \"unicode61 remove_diacritics 0\", prefix = '2 3')",
    "CREATE TRIGGER work_entry_gone AFTER DELETE ON work_entry WHEN old.place IS NOT NULL "
    "BEGIN DELETE FROM work_search WHERE rowid = old.place; END",
)
POSTGRES = (
    "CREATE TABLE work_search (place bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX work_search_words ON work_search USING gin (words)",
    "CREATE FUNCTION work_entry_gone() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN DELETE FROM work_search WHERE place = old.place; RETURN NULL; END $$",
    "CREATE TRIGGER work_entry_gone AFTER DELETE ON work_entry FOR EACH ROW EXECUTE FUNCTION work_entry_gone()",
    "CREATE FUNCTION work_entries_gone() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN TRUNCATE work_search; RETURN NULL; END $$",
    "CREATE TRIGGER work_entries_gone AFTER TRUNCATE ON work_entry FOR EACH STATEMENT "
    "EXECUTE FUNCTION work_entries_gone()",
)


SQLITE_BACK = ("DROP TRIGGER work_entry_gone", "DROP TABLE work_search")
POSTGRES_BACK = (
    "DROP TRIGGER work_entry_gone ON work_entry",
    "DROP TRIGGER work_entries_gone ON work_entry",
    "DROP FUNCTION work_entry_gone()",
    "DROP FUNCTION work_entries_gone()",
    "DROP TABLE work_search",
)


def drop_search(apps, schema_editor):
    for statement in POSTGRES_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK:
        schema_editor.execute(statement, params=None)


def make_search(apps, schema_editor):
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


def index_notes(apps, schema_editor):
    from tenure.work import index
    from tenure.work.rules import place_of

    # Only its author could change a note.
    apps.get_model("work", "Entry").every_workspace.filter(edited_at__isnull=False).update(edited_by=F("author"))
    entries = apps.get_model("work", "Entry").every_workspace
    for row in entries.order_by("pk").iterator(chunk_size=500):
        row.place = place_of(row.happened_at, row.pk)
        entries.filter(pk=row.pk).update(place=row.place)
        index.put([index.row_of(row)])


class Migration(migrations.Migration):
    dependencies = [("work", "0003_entries")]

    operations = [
        migrations.RunPython(make_search, drop_search),
        migrations.RunPython(index_notes, migrations.RunPython.noop),
    ]

"""A version knows until when it was in force; a draft what it was based on and how often it was saved.

Once published, a version's body, number and author stay: the database refuses to change them.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = """CREATE TRIGGER published_versions_stay BEFORE UPDATE OF definition_id, version, body, author, published_at
ON definitions_definitionversion WHEN OLD.published_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a published version is never changed'); END"""
POSTGRESQL = (
    """CREATE FUNCTION published_versions_stay() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a published version is never changed'; END $$""",
    """CREATE TRIGGER published_versions_stay
    BEFORE UPDATE OF definition_id, version, body, author, published_at ON definitions_definitionversion
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION published_versions_stay()""",
)


def guard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in (SQLITE,) if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement, params=None)


def unguard(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER published_versions_stay")
        return
    editor.execute("DROP TRIGGER published_versions_stay ON definitions_definitionversion")
    editor.execute("DROP FUNCTION published_versions_stay()")


class Migration(migrations.Migration):
    dependencies = [("definitions", "0001_initial")]

    operations = [
        migrations.AddField("definitionversion", "ended_at", models.DateTimeField(null=True)),
        migrations.AddField("definitionversion", "based_on", models.PositiveIntegerField(null=True)),
        migrations.AddField("definitionversion", "revision", models.PositiveIntegerField(default=1)),
        migrations.RunPython(guard, unguard),
    ]

from django.db import migrations

TRIGRAMS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX account_name_part ON customers_account USING gin (upper(name) gin_trgm_ops)",
    "CREATE INDEX account_id_part ON customers_account USING gin (upper(external_id) gin_trgm_ops)",
)
TRIGRAMS_BACK = ("DROP INDEX IF EXISTS account_name_part", "DROP INDEX IF EXISTS account_id_part")
AVAILABLE = """
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
    OR EXISTS (SELECT FROM pg_available_extension_versions
               WHERE name = 'pg_trgm' AND trusted AND has_database_privilege(current_database(), 'CREATE'))
"""


def index_parts(apps, schema_editor):
    """Where PostgreSQL has its own extension for it, a part of a name is found by index; else by reading all names."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(AVAILABLE)
        if not cursor.fetchone()[0]:
            return
    for statement in TRIGRAMS:
        schema_editor.execute(statement)


def index_no_parts(apps, schema_editor):
    for statement in TRIGRAMS_BACK if schema_editor.connection.vendor == "postgresql" else ():
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ("customers", "0004_people_by_beginning"),
    ]

    operations = [
        migrations.RunPython(index_parts, index_no_parts),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    """Claims leave the batches' own table; what is claimed stays so."""

    dependencies = [("inbox", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="IngestClaim",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("workspace_id", models.BigIntegerField()),
                ("run", models.BigIntegerField()),
                ("claimed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "ingest_claim",
                "indexes": [models.Index(fields=["workspace_id", "run"], name="inbox_claimed")],
            },
        ),
        migrations.RunSQL(
            "INSERT INTO ingest_claim (id, workspace_id, run, claimed_at) "
            "SELECT id, workspace_id, run, claimed_at FROM ingest_batch WHERE run IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveIndex(model_name="ingestbatch", name="inbox_waiting"),
        migrations.RemoveField(model_name="ingestbatch", name="run"),
        migrations.RemoveField(model_name="ingestbatch", name="claimed_at"),
        migrations.AddIndex(
            model_name="ingestbatch",
            index=models.Index(fields=["workspace_id", "id", "events", "size", "received_at"], name="inbox_waits"),
        ),
    ]

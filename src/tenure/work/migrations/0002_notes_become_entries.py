"""A note is an entry of the timeline: what was written as one happened when it was written."""

from django.db import migrations, models
from django.db.models import F


def date_notes(apps, schema_editor):
    apps.get_model("work", "Entry").every_workspace.update(happened_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("work", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="note", name="note_says_something"),
        migrations.RemoveIndex(model_name="note", name="notes_newest_first"),
        migrations.RenameModel("Note", "Entry"),
        migrations.RenameModel("NoteEdit", "EntryEdit"),
        migrations.RenameField("EntryEdit", "note", "entry"),
        migrations.AddField("entry", "happened_at", models.DateTimeField(null=True)),
        migrations.RunPython(date_notes, migrations.RunPython.noop),
    ]

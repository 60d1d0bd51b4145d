from django.db import migrations, models


def said_as_edits(apps, _editor):
    """What were owners is one kind of change among others."""
    sets = apps.get_model("changes", "ChangeSet").every_workspace
    for row in sets.select_related("owner__user").iterator(500):
        user = row.owner.user if row.owner else None
        row.edit = {"of": "owner", "member": row.owner_id}
        row.title = f"Owner → {(user.name or user.email) if user else 'Nobody'}"[:200]
        sets.filter(pk=row.pk).update(edit=row.edit, title=row.title)
    accounts = apps.get_model("changes", "ChangedAccount").every_workspace
    for row in accounts.exclude(owner_before=None).iterator(500):
        accounts.filter(pk=row.pk).update(before=row.owner_before_id)


class Migration(migrations.Migration):

    dependencies = [
        ('changes', '0001_change_sets'),
        ('tenants', '0003_key_expiry'),
    ]

    operations = [
        migrations.RenameField('changedaccount', 'before', 'owner_before'),
        migrations.AddField('changedaccount', 'before', models.JSONField(null=True)),
        migrations.AddField('changeset', 'edit', models.JSONField(default=dict), preserve_default=False),
        migrations.AddField('changeset', 'title', models.CharField(default='', max_length=200), preserve_default=False),
        migrations.RunPython(said_as_edits, migrations.RunPython.noop),
        migrations.RemoveField('changedaccount', 'owner_before'),
        migrations.RemoveField('changeset', 'owner'),
    ]

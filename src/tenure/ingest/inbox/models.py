"""The one table of the inbox."""

from typing import ClassVar

from django.db import models


class IngestBatch(models.Model):
    """One acknowledged request, as it came, until it is drained.

    On SQLite it lies in a file of its own, so it has no foreign keys. No workspace is entered to receive one: it is
    reached through `tenure.ingest.inbox` only, which asks for the workspace. `body` is last, so that counting what
    waits never touches the pages it spills over.
    """

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.BigIntegerField()
    run = models.BigIntegerField(null=True)
    claimed_at = models.DateTimeField(null=True)
    events = models.IntegerField()
    size = models.IntegerField()
    received_at = models.DateTimeField()
    key_id = models.BigIntegerField()
    trust = models.CharField(max_length=8)
    kind = models.CharField(max_length=10)
    source = models.CharField(max_length=60)
    body = models.BinaryField()

    class Meta:
        db_table = "ingest_batch"
        indexes: ClassVar = [
            models.Index(fields=["workspace_id", "run", "id", "events", "size", "received_at"], name="inbox_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.source}: {self.events} events"

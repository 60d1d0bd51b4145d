"""The tables of the inbox."""

from typing import ClassVar

from django.db import models


class IngestBatch(models.Model):
    """One acknowledged request, as it came, until it is drained.

    On SQLite it lies in a file of its own, so it has no foreign keys. No workspace is entered to receive one: it is
    reached through `tenure.ingest.inbox` only, which asks for the workspace. `body` is packed; `size` is how long
    it was before. It is last, so that counting what waits never touches the pages it spills over.
    """

    id = models.BigAutoField(primary_key=True)
    workspace_id = models.BigIntegerField()
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
            models.Index(fields=["workspace_id", "id", "events", "size", "received_at"], name="inbox_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.source}: {self.events} events"


class IngestClaim(models.Model):
    """A run of the drain has taken the batch with this id. Apart from it: a row that changes is written anew, body and
    all, which SQLite would do with everything there is.
    """

    id = models.BigIntegerField(primary_key=True)
    workspace_id = models.BigIntegerField()
    run = models.BigIntegerField()
    claimed_at = models.DateTimeField()

    class Meta:
        db_table = "ingest_claim"
        indexes: ClassVar = [models.Index(fields=["workspace_id", "run"], name="inbox_claimed")]

    def __str__(self) -> str:
        return f"batch {self.id} by run {self.run}"

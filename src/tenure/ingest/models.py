"""Tables of ingest: what was imported, what was not and why, and what each source has delivered."""

import uuid
from typing import ClassVar

from django.db import models

from tenure.base.tenancy import WorkspaceModel
from tenure.ingest.connectors.models import (  # noqa: F401
    Connector,
    ConnectorEvent,
    ConnectorState,
)
from tenure.ingest.drain.models import (  # noqa: F401 (Django looks for tables here)
    DrainState,
    EventReject,
    ParkedEvent,
    PendingTraits,
    SourceHour,
    SourceNow,
)
from tenure.ingest.facts.models import FactsRequest, StatedFact  # noqa: F401
from tenure.ingest.identity.models import Identifier  # noqa: F401
from tenure.ingest.seen.models import SeenName  # noqa: F401
from tenure.ingest.watching.models import Silence  # noqa: F401


class ImportRun(WorkspaceModel):
    """One import. Its `uid` names its commits to the lake."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(max_length=60)
    path = models.CharField(max_length=1000)
    status = models.CharField(
        max_length=12,
        default="running",
        choices=[(name, name.capitalize()) for name in ("running", "done", "failed", "interrupted")],
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta(WorkspaceModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["workspace", "-id"], name="import_history")]

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"


class ImportFile(WorkspaceModel):
    """What became of the rows of one file: read = created + updated + unchanged + rejected."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="files")
    file = models.CharField(max_length=500)
    read = models.BigIntegerField()
    created = models.BigIntegerField()
    updated = models.BigIntegerField()
    unchanged = models.BigIntegerField()
    rejected = models.BigIntegerField()
    warnings = models.JSONField(default=dict)

    class Meta(WorkspaceModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "file"], name="import_file_once"),
            models.CheckConstraint(
                condition=models.Q(
                    read=models.F("created") + models.F("updated") + models.F("unchanged") + models.F("rejected")
                ),
                name="import_file_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.file


class Reject(WorkspaceModel):
    """A row that was not imported."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rejects")
    file = models.CharField(max_length=500)
    line = models.BigIntegerField()
    column = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=500)
    raw = models.TextField()

    class Meta(WorkspaceModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["run", "file", "line"], name="rejects_in_order")]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class Delivery(WorkspaceModel):
    """From when until when a source has data of a kind, and when some came last."""

    source = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    received_at = models.DateTimeField()

    class Meta(WorkspaceModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "source", "kind"], name="delivery_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.kind}"


class Upload(WorkspaceModel):
    """Files that came through a browser, on their way to an import: guessed, mapped, checked, imported.

    The files lie in `uploads/<workspace>/<uid>` of the home folder until they are imported or discarded.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey("tenants.Member", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    files = models.JSONField()
    status = models.CharField(
        max_length=10,
        default="reading",
        choices=[
            (name, name.capitalize())
            for name in ("reading", "mapping", "checking", "checked", "importing", "done", "discarded")
        ],
    )
    map = models.TextField(blank=True)
    map_from = models.CharField(max_length=10, default="guess", choices=[("guess", "Guessed"), ("earlier", "Earlier")])
    step = models.CharField(max_length=300, blank=True)
    steps_done = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    problem = models.JSONField(null=True)
    report = models.JSONField(null=True)
    task = models.CharField(max_length=40, blank=True)
    run = models.ForeignKey(ImportRun, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(WorkspaceModel.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["workspace", "-id"], name="upload_history")]

    def __str__(self) -> str:
        return f"{len(self.files)} files, {self.status}"

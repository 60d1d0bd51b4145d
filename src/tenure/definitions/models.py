"""Documents and their versions. A version that was published is never changed again."""

from django.db import models

from tenure.base.tenancy import WorkspaceModel


class Definition(WorkspaceModel):
    """A document by kind and key. `published_version` is the version in force, None when there is none."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    published_version = models.PositiveIntegerField(null=True)
    archived_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "kind", "key"], name="one_definition_a_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class DefinitionVersion(WorkspaceModel):
    """One version of a document. The only one without `published_at` is the draft.

    A version is in force from `published_at` until `ended_at`. `based_on` is the version that was in force when the
    draft was written, `revision` how often it was saved. Once published, the database refuses to change its body.
    """

    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    body = models.JSONField()
    author = models.CharField(max_length=160)
    note = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    based_on = models.PositiveIntegerField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["definition", "version"], name="one_row_a_version"),
            models.UniqueConstraint(
                fields=["definition"], condition=models.Q(published_at=None), name="one_draft_a_definition"
            ),
        ]

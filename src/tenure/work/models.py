"""Tables of the team's work: notes and what they said before."""

from django.db import models
from django.db.models import Q

from tenure.base.tenancy import WorkspaceModel


class Note(WorkspaceModel):
    """What a member wrote about an account, in Markdown."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="note_says_something")]
        indexes = [models.Index(fields=["account", "-created_at", "-id"], name="notes_newest_first")]


class NoteEdit(WorkspaceModel):
    """What a note said until it was edited."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="edits")
    body = models.TextField()
    edited_at = models.DateTimeField()

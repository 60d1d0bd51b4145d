"""Tables of the team's work: entries of timelines with who was there, tags, files, and what they said before.

The words to search for are in a table of the database's own kind, `work_search` (`index.py`).
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from tenure.base.tenancy import WorkspaceModel


class Tag(WorkspaceModel):
    """A word of the workspace's own to tell entries apart by."""

    name = models.CharField(max_length=40)
    retired_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint("workspace", Lower("name"), name="tag_once_a_workspace")]


class Entry(WorkspaceModel):
    """What a member wrote about an account, in Markdown: a note, or a contact that took place."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, default="note")
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    happened_at = models.DateTimeField()
    reason = models.CharField(max_length=80, blank=True)
    flow = models.CharField(max_length=16, blank=True)
    minutes = models.PositiveIntegerField(null=True)
    minutes_usual = models.BooleanField(default=False)
    work_type = models.CharField(max_length=16, blank=True)
    place = models.BigIntegerField(unique=True, null=True)
    """Where it stands among all entries, oldest first: `rules.place_of`. Set as soon as the id is known."""
    pinned_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    edited_by = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+", null=True)
    tags = models.ManyToManyField(Tag, through="EntryTag", related_name="+")

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="entry_says_something"),
            models.UniqueConstraint(fields=["account"], condition=Q(pinned_at__isnull=False), name="one_handover_note"),
        ]
        indexes = [
            models.Index(fields=["account", "-happened_at", "-id"], name="entries_newest_first"),
            models.Index(fields=["workspace", "-place"], name="entries_of_workspace"),
        ]


class EntryEdit(WorkspaceModel):
    """What an entry said until it was edited."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="edits")
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    fields = models.JSONField(default=dict)
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+", null=True)


class EntryTag(WorkspaceModel):
    """An entry carries a tag."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+")

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["entry", "tag"], name="tag_once_an_entry")]


class EntryPerson(WorkspaceModel):
    """A person of the account took part in an entry or is mentioned in it, by the name `said`."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+")
    said = models.CharField(max_length=300)
    took_part = models.BooleanField(default=False)
    mentioned = models.BooleanField(default=False)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["entry", "person"], name="person_once_an_entry")]


class EntryMember(WorkspaceModel):
    """A member of the team took part in an entry or is mentioned in it, by the name `said`."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey("tenants.Member", on_delete=models.CASCADE, related_name="+")
    said = models.CharField(max_length=300)
    took_part = models.BooleanField(default=False)
    mentioned = models.BooleanField(default=False)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["entry", "member"], name="member_once_an_entry")]


class EntryTemplate(WorkspaceModel):
    """A text to begin an entry with."""

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, default="note")
    flow = models.CharField(max_length=16, blank=True)
    work_type = models.CharField(max_length=16, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    retired_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint("workspace", Lower("name"), name="template_once_a_workspace")]


class Attachment(WorkspaceModel):
    """A file at an entry. What is in it lies in the home folder under its SHA-256, once for a workspace."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()


class SignalAnswer(WorkspaceModel):
    """What a member said of a signal about an account's people: that it is so, or not worth a look. It is about one
    `cause`: another cause is another signal. Never rewritten, only taken back."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    signal = models.CharField(max_length=20)
    cause = models.CharField(max_length=80)
    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+", null=True)
    answer = models.CharField(max_length=12)
    why = models.TextField()
    """What the signal said when it was answered."""
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["account", "signal", "cause"], condition=Q(taken_back_at=None), name="signal_answered_once"
            )
        ]


class AccountLink(WorkspaceModel):
    """An address elsewhere that belongs to an account: its folder, its contract, its dashboard. Never rewritten, only
    taken away."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=120)
    url = models.CharField(max_length=2000)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+", null=True)

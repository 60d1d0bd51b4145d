"""Planned meetings, and who is asked to come."""

from django.db import models
from django.db.models import Q

from tenure.base.tenancy import WorkspaceModel


class Meeting(WorkspaceModel):
    """A meeting (or a call) with an account at a time to come, until it was held or called off.

    Meetings of a series have one `uid`; `recurs_at` is when each was to begin when the series was planned, which is
    its name within the series (RECURRENCE-ID). `revision` counts all its changes, `sequence` those the invited see.
    """

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    organizer = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, default="meeting")
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    zone = models.CharField(max_length=60)
    location = models.CharField(max_length=300, blank=True)
    message = models.TextField(blank=True)
    agenda = models.TextField(blank=True)
    invites_people = models.BooleanField(default=False)
    uid = models.CharField(max_length=80)
    sequence = models.PositiveIntegerField(default=0)
    recurs_at = models.DateTimeField(null=True)
    every_weeks = models.PositiveSmallIntegerField(default=0)
    times = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveSmallIntegerField(default=1)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    entry = models.ForeignKey("work.Entry", on_delete=models.SET_NULL, related_name="+", null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["uid", "number"], name="meeting_once_a_series"),
            models.CheckConstraint(condition=Q(cancelled_at=None) | Q(held_at=None), name="meeting_held_or_called_off"),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "starts_at", "id"], condition=Q(cancelled_at=None, held_at=None),
                name="meetings_planned",
            ),
            models.Index(fields=["workspace", "-held_at", "-id"], name="meetings_held"),
            models.Index(fields=["account", "starts_at"], name="meetings_of_account"),
        ]  # fmt: skip


class Guest(WorkspaceModel):
    """A member of the team or a person of the account who is asked to come. `invited` is the address that the last
    invitation went to, empty where none did."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="guests")
    member = models.ForeignKey("tenants.Member", on_delete=models.CASCADE, related_name="+", null=True)
    person = models.ForeignKey("customers.Person", on_delete=models.CASCADE, related_name="+", null=True)
    invited = models.CharField(max_length=254, blank=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(member=None, person__isnull=False) | Q(member__isnull=False, person=None),
                name="guest_is_member_or_person",
            ),
            models.UniqueConstraint(
                fields=["meeting", "member"], condition=Q(member__isnull=False), name="member_once_a_meeting"
            ),
            models.UniqueConstraint(
                fields=["meeting", "person"], condition=Q(person__isnull=False), name="person_once_a_meeting"
            ),
        ]

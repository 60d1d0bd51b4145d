"""Board packs that were made, when they are made by themselves, and who gets them."""

from django.db import models

from tenure.base.tenancy import WorkspaceModel


class Pack(WorkspaceModel):
    """A pack of a month (its first day): `by` a member, or nobody where the schedule asked for it. While it is made,
    `step` of it is under way; then it has `made_at` and its file's `sha256` and `pages`, what each page says first, or
    a `problem`. `lacks` are letters that no font had. `mailed`: it goes to the readers when it is ready."""

    month = models.DateField()
    as_of = models.DateField()
    by = models.ForeignKey("tenants.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    mailed = models.BooleanField(default=False)
    task = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=1)
    step = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    pages = models.JSONField(default=list)
    lacks = models.CharField(max_length=100, blank=True)
    problem = models.CharField(max_length=500, blank=True)

    class Meta(WorkspaceModel.Meta):
        indexes = [models.Index(fields=["workspace", "-id"], name="packs_newest_first")]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "month"], condition=models.Q(mailed=True), name="one_mailed_pack_a_month"
            )
        ]


class PackSchedule(WorkspaceModel):
    """When a workspace's pack is made and mailed: on the `nth` working day or day of a month, from `hour` on by the
    workspace's clock. `last_month` is the month whose pack was asked for last; `revision` grows with each change."""

    active = models.BooleanField(default=False)
    working_day = models.BooleanField(default=True)
    nth = models.PositiveSmallIntegerField(default=2)
    hour = models.PositiveSmallIntegerField(default=8)
    last_month = models.DateField(null=True)
    by = models.ForeignKey("tenants.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_pack_schedule")]


class PackReader(WorkspaceModel):
    """Who gets the packs by mail: a member, or an `address` outside that an owner allowed, which may `leave`."""

    member = models.ForeignKey("tenants.Member", on_delete=models.CASCADE, null=True, related_name="+")
    address = models.EmailField(max_length=254, blank=True)
    added_at = models.DateTimeField()
    by = models.ForeignKey("tenants.Member", on_delete=models.SET_NULL, null=True, related_name="+")
    left_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member"], name="pack_reader_once"),
            models.UniqueConstraint(
                fields=["workspace", "address"], condition=~models.Q(address=""), name="pack_address_once"
            ),
        ]

"""Tables of ownership: roles and pools, rules that assign, days away, and handoffs with their checklists."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from tenure.base.tenancy import WorkspaceModel


class OwnerRole(WorkspaceModel):
    """What a workspace says of a role of owners: its name, whether it is offered. Ready-made roles have a row only
    once something of them was changed."""

    key = models.CharField(max_length=40)
    label = models.CharField(max_length=40)
    retired_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="owner_role_once")]


class Pool(WorkspaceModel):
    """Members who take accounts in a role."""

    name = models.CharField(max_length=60)
    role = models.CharField(max_length=40)
    retired_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint("workspace", Lower("name"), name="pool_name_once")]


class PoolMember(WorkspaceModel):
    """A member of a pool with her capacity: at most so many accounts, and so much MRR in minor units; None is no
    limit. `turn` grows with each account that the pool gave her: who has the smallest is next in turn."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="seats")
    member = models.ForeignKey("tenants.Member", on_delete=models.CASCADE, related_name="+")
    most_accounts = models.PositiveIntegerField(null=True)
    most_mrr = models.PositiveBigIntegerField(null=True)
    turn = models.PositiveBigIntegerField(default=0)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["pool", "member"], name="member_once_a_pool")]


class AssignmentRule(WorkspaceModel):
    """Accounts of a segment (none: customers and trials) without an owner in the pool's role get one of the pool."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="+")
    segment = models.CharField(max_length=120, blank=True)
    method = models.CharField(max_length=12)
    place = models.PositiveIntegerField()
    active = models.BooleanField(default=False)


class Placement(WorkspaceModel):
    """What assignment did with an account in a role, and why; without a member it found nobody, which stands until it
    does or the account needs nobody any more."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=40)
    member = models.ForeignKey("tenants.Member", on_delete=models.CASCADE, related_name="+", null=True)
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "role"], condition=Q(member=None), name="nobody_once_a_role"),
        ]
        indexes = [models.Index(fields=["account", "role", "-id"], name="placements_of_account")]


class Absence(WorkspaceModel):
    """A member is away, both days included; a member or a pool covers, or nobody."""

    member = models.ForeignKey("tenants.Member", on_delete=models.CASCADE, related_name="+")
    first = models.DateField()
    last = models.DateField()
    cover = models.ForeignKey("tenants.Member", on_delete=models.SET_NULL, related_name="+", null=True)
    pool = models.ForeignKey(Pool, on_delete=models.SET_NULL, related_name="+", null=True)
    note = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey("tenants.Member", on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="absence_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(cover=None) | Q(pool=None), name="absence_has_one_cover"),
            models.CheckConstraint(condition=~Q(cover=F("member")), name="nobody_covers_herself"),
        ]
        indexes = [models.Index(fields=["workspace", "last"], name="absences_by_end")]


class ChecklistItem(WorkspaceModel):
    """An item that every new handoff gets. The ready-made ones are used until a workspace makes them its own."""

    label = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, default="hand")
    required = models.BooleanField(default=True)
    place = models.PositiveIntegerField()
    retired_at = models.DateTimeField(null=True)


class Handoff(WorkspaceModel):
    """An account goes from one member to another in a role. `held` is who owned it in the role when it was proposed:
    another one by the end refuses it."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=40)
    giver = models.ForeignKey("tenants.Member", on_delete=models.CASCADE, related_name="+")
    taker = models.ForeignKey("tenants.Member", on_delete=models.CASCADE, related_name="+")
    held = models.ForeignKey("tenants.Member", on_delete=models.SET_NULL, related_name="+", null=True)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=10, default="proposed")
    proposed_by = models.ForeignKey("tenants.Member", on_delete=models.CASCADE, related_name="+")
    proposed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    returned_reason = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("tenants.Member", on_delete=models.CASCADE, related_name="+", null=True)
    override = models.TextField(blank=True)
    tasks_moved = models.PositiveIntegerField(default=0)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role"],
                condition=Q(state__in=["proposed", "accepted", "returned"]),
                name="one_open_handoff_a_role",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "state", "-id"], name="handoffs_by_state"),
            models.Index(fields=["account", "-id"], name="handoffs_of_account"),
        ]


class HandoffItem(WorkspaceModel):
    """An item of one handoff's checklist; ticked by hand it has who and when."""

    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="items")
    label = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    required = models.BooleanField()
    place = models.PositiveIntegerField()
    done_by = models.ForeignKey("tenants.Member", on_delete=models.CASCADE, related_name="+", null=True)
    done_at = models.DateTimeField(null=True)


class SeenPromise(WorkspaceModel):
    """The new owner has read an open promise (a task's number) of the account."""

    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="seen")
    task = models.BigIntegerField()
    seen_by = models.ForeignKey("tenants.Member", on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["handoff", "task"], name="promise_seen_once")]

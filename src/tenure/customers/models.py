"""Tables of the customers: who they are now. What they did, and what their traits were, is in the lake."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from tenure.base.tenancy import WorkspaceModel


class Account(WorkspaceModel):
    """A customer organisation, or one product in use by it (`product_instance`); its id is the lake's.

    `survivor` is who it was merged into, if it was: the last one where merges form a chain.
    """

    id = models.BigAutoField(primary_key=True)
    external_id = models.CharField(max_length=255)
    name = models.TextField()
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="children")
    kind = models.CharField(
        max_length=20,
        default="account",
        choices=[("account", "Account"), ("product_instance", "Product instance")],
    )
    product = models.TextField(blank=True)
    started_on = models.DateField(null=True)
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    traits = models.JSONField(default=dict)
    survivor = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="absorbed")

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "external_id"], name="account_external_id"),
            models.CheckConstraint(condition=~Q(external_id=""), name="account_has_external_id"),
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="account_not_own_parent"),
        ]
        indexes = [
            models.Index(fields=["workspace", "name", "id"], name="account_by_name"),
            models.Index(fields=["workspace", "changed_at"], name="account_by_change"),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id


class Person(WorkspaceModel):
    """Somebody who works with the product, in one or several accounts; the id is the lake's. `survivor` as above."""

    id = models.BigAutoField(primary_key=True)
    external_id = models.CharField(max_length=255)
    email = models.TextField(blank=True)
    name = models.TextField(blank=True)
    title = models.TextField(blank=True)
    started_on = models.DateField(null=True)
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    traits = models.JSONField(default=dict)
    survivor = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="absorbed")

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "external_id"], name="person_external_id"),
            models.CheckConstraint(condition=~Q(external_id=""), name="person_has_external_id"),
        ]
        indexes = [
            models.Index(fields=["workspace", "email"], name="person_by_email"),
            models.Index("workspace", Lower("name"), "id", name="person_by_small_name"),
            models.Index(fields=["workspace", "changed_at"], name="person_by_change"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.external_id


class PersonAccount(WorkspaceModel):
    """A person's membership of an account."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=120, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["person", "account"], name="person_once_in_account"),
        ]


class SaidRole(WorkspaceModel):
    """What a member said a person is at an account (`seats.Seat`), from when until when; while it lasts it stands over
    the role that the source tells. Never rewritten, only ended."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="said_roles")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="said_roles")
    role = models.CharField(max_length=20)
    since = models.DateField()
    until = models.DateField(null=True)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("tenants.Member", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["person", "account"], condition=Q(until=None), name="one_said_role"),
            models.CheckConstraint(
                condition=Q(until=None, ended_at=None) | Q(until__gte=models.F("since"), ended_at__isnull=False),
                name="said_role_ends",
            ),
        ]


class OwnerAssignment(WorkspaceModel):
    """Who of our team looks after an account, in which role, from when until when. Never rewritten, only ended."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="owner_assignments")
    role = models.CharField(max_length=40)
    member = models.ForeignKey("tenants.Member", on_delete=models.CASCADE, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "role"], condition=Q(until=None), name="one_owner_in_a_role"),
        ]
        indexes = [
            models.Index(fields=["workspace", "member"], condition=Q(until=None), name="owned_by_member"),
        ]


class TraitDefinition(WorkspaceModel):
    """A trait that data brought, with the type of its first value and how often later values had another."""

    entity = models.CharField(max_length=10, choices=[("account", "Account"), ("person", "Person")])
    key = models.CharField(max_length=200)
    type = models.CharField(max_length=10)
    source = models.CharField(max_length=120, blank=True)
    learned_at = models.DateTimeField()
    conflicts = models.PositiveBigIntegerField(default=0)
    conflict_example = models.CharField(max_length=200, blank=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "entity", "key"], name="trait_once"),
        ]

    def __str__(self) -> str:
        return f"{self.entity}.{self.key}"


class Merge(WorkspaceModel):
    """Two records are the same customer (or person), from the day this was made until it was undone.

    `number` grows in a workspace with each merge and each undoing: what was computed from the merges notes the last
    one that it knew.
    """

    entity = models.CharField(max_length=10, choices=[("account", "Account"), ("person", "Person")])
    absorbed = models.BigIntegerField()
    survivor = models.BigIntegerField()
    on = models.DateField()
    until = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("tenants.Member", null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("tenants.Member", null=True, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField()
    owners_taken = models.JSONField(default=list)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "entity", "absorbed"], condition=Q(undone_at=None), name="merged_into_one"
            ),
            models.UniqueConstraint(fields=["workspace", "number"], name="merges_one_after_another"),
            models.CheckConstraint(condition=~Q(absorbed=models.F("survivor")), name="not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(until=None, undone_at=None) | Q(until__gte=models.F("on"), undone_at__isnull=False),
                name="merge_ends_when_undone",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "entity", "survivor"], name="merges_of_survivor")]

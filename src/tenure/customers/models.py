"""Tables of the customers: who they are now. What they did, and what their traits were, is in the lake."""

from django.db import models
from django.db.models import Q

from tenure.base.tenancy import WorkspaceModel


class Account(WorkspaceModel):
    """A customer organisation, or one product in use by it (`product_instance`); its id is the lake's."""

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
    """Somebody who works with the product, in one or several accounts; the id is the lake's."""

    id = models.BigAutoField(primary_key=True)
    external_id = models.CharField(max_length=255)
    email = models.TextField(blank=True)
    name = models.TextField(blank=True)
    title = models.TextField(blank=True)
    started_on = models.DateField(null=True)
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    traits = models.JSONField(default=dict)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "external_id"], name="person_external_id"),
            models.CheckConstraint(condition=~Q(external_id=""), name="person_has_external_id"),
        ]
        indexes = [
            models.Index(fields=["workspace", "email"], name="person_by_email"),
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

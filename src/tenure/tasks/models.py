"""Tables of tasks: what somebody has to do or promised, its checklist, its history, templates, the team's calendar."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from tenure.base.tenancy import WorkspaceModel


class Task(WorkspaceModel):
    """Something to do, or a promise to a customer."""

    account = models.ForeignKey("customers.Account", on_delete=models.CASCADE, related_name="+", null=True)
    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    kind = models.CharField(max_length=8, default="task")
    state = models.CharField(max_length=8, default="open")
    priority = models.PositiveSmallIntegerField(default=2)
    due = models.DateField()
    """`rules.NEVER` where it has no day."""
    assignee = models.ForeignKey(
        "tenants.Member", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    promised_to = models.ForeignKey("customers.Person", on_delete=models.SET_NULL, related_name="+", null=True)
    origin_kind = models.CharField(max_length=12, default="hand")
    origin_key = models.CharField(max_length=120, blank=True)
    repeat = models.CharField(max_length=12, blank=True)
    anchor = models.DateField(null=True)
    """The day its rhythm began."""
    series = models.ForeignKey("self", on_delete=models.SET_NULL, related_name="+", null=True)
    """The first of those that repeat."""
    minutes = models.PositiveIntegerField(null=True)
    work_type = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        "tenants.Member", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    finished_at = models.DateTimeField(null=True)
    finished_on = models.DateField(null=True)
    """The workspace's day on which it was finished."""
    finished_by = models.ForeignKey(
        "tenants.Member", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    revision = models.PositiveIntegerField(default=1)

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="task_has_a_title"),
            models.CheckConstraint(
                condition=Q(state="open", finished_at=None) | Q(~Q(state="open"), finished_at__isnull=False),
                name="task_finished_with_its_moment",
            ),
            models.UniqueConstraint(fields=["series"], condition=Q(state="open"), name="one_open_task_a_series"),
            models.UniqueConstraint(
                fields=["workspace", "origin_kind", "origin_key"],
                condition=Q(origin_kind__in=["note", "api"]),
                name="one_task_an_origin",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "assignee", "state", "due", "priority", "id"], name="tasks_of_member"),
            models.Index(fields=["workspace", "state", "due", "priority", "id"], name="tasks_of_team"),
            models.Index(fields=["account", "state", "due", "id"], name="tasks_of_account"),
            models.Index(fields=["workspace", "assignee", "-finished_at", "-id"], name="tasks_finished_by_member"),
            models.Index(fields=["workspace", "-finished_at", "-id"], name="tasks_finished"),
            models.Index(fields=["workspace", "origin_kind", "origin_key"], name="tasks_of_origin"),
            models.Index(fields=["workspace", "assignee", "due", "kind"], condition=Q(state="open"), name="tasks_open"),
        ]


class TaskItem(WorkspaceModel):
    """A line of a task's checklist."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="items")
    place = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="item_says_something")]


class TaskChange(WorkspaceModel):
    """What somebody did to a task, and what it said before."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="changes")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("tenants.Member", on_delete=models.PROTECT, related_name="+", null=True)
    action = models.CharField(max_length=20)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)


class TaskTemplate(WorkspaceModel):
    """Tasks that are made together."""

    name = models.CharField(max_length=60)
    steps = models.JSONField(default=list)
    retired_at = models.DateTimeField(null=True)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint("workspace", Lower("name"), name="task_template_once_a_workspace")]


class WorkingWeek(WorkspaceModel):
    """The weekdays on which the team works (Monday is 0), one row a workspace that said so."""

    days = models.JSONField()

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_week_a_workspace")]


class Holiday(WorkspaceModel):
    """A day on which nobody of the team works."""

    day = models.DateField()
    name = models.CharField(max_length=80)

    class Meta(WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "day"], name="one_holiday_a_day")]

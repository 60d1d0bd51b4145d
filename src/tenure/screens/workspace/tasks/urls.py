"""Addresses of tasks, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.settings import tasks as settings
from tenure.screens.workspace.tasks import account, listing, views

urlpatterns = [
    path("tasks/", listing.tasks, name="tasks"),
    path("tasks/new/", views.task_new, name="task-new"),
    path("tasks/changes/", listing.changes, name="task-changes"),
    path("tasks/accounts", listing.account_choices, name="task-accounts"),
    path("tasks/<int:task>/", views.task, name="task"),
    path("tasks/<int:task>/endings/", views.endings, name="task-endings"),
    path("tasks/<int:task>/items/", views.items, name="task-items"),
    path("accounts/<int:account>/tasks/", account.account_tasks, name="account-tasks"),
    path("accounts/<int:account>/tasks/starts/", account.template_starts, name="account-template-starts"),
    path("settings/tasks/", settings.task_settings, name="task-settings"),
    path("settings/tasks/week/", settings.week, name="working-week"),
    path("settings/tasks/holidays/", settings.holidays, name="holidays"),
    path("settings/tasks/holidays/<int:holiday>/removals/", settings.holiday_removals, name="holiday-removals"),
    path("settings/tasks/templates/", settings.templates, name="task-templates"),
    path("settings/tasks/templates/new/", settings.template_new, name="task-template-new"),
    path("settings/tasks/templates/<int:task_template>/", settings.task_template, name="task-template"),
    path(
        "settings/tasks/templates/<int:task_template>/retirements/",
        settings.template_retirements,
        name="task-template-retirements",
    ),
]

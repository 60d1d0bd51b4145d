"""Addresses of the inbox, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.inbox import answering, views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/snoozes/", answering.snoozes, name="inbox-snoozes"),
    path("inbox/delegations/", answering.delegations, name="inbox-delegations"),
    path("inbox/closings/", answering.closings, name="inbox-closings"),
    path("inbox/tasks/", answering.tasks, name="inbox-tasks"),
    path("inbox/takings/", answering.takings, name="inbox-takings"),
    path("inbox/undoings/", answering.undoings, name="inbox-undoings"),
    path("inbox/done/", views.done, name="inbox-done"),
    path("inbox/<int:alert>/", views.alert, name="inbox-alert"),
    path("accounts/<int:account>/alerts/", views.of_account, name="account-alerts"),
]

"""Addresses of changes to many accounts, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.changes import views

urlpatterns = [
    path("accounts/changes/", views.changes, name="account-changes"),
    path("accounts/changes/new/", views.change_new, name="account-change-new"),
    path("accounts/changes/<int:change>/", views.change, name="account-change"),
    path("accounts/changes/<int:change>/refusals.csv", views.refusals, name="account-change-refusals"),
    path("accounts/changes/<int:change>/undoings/", views.undoings, name="account-change-undoings"),
    path("accounts/changes/<int:change>/resumptions/", views.resumptions, name="account-change-resumptions"),
]

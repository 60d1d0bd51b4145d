"""Addresses of the executive page, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.executive import page

urlpatterns = [
    path("executive/", page.executive, name="executive"),
    path("executive/goals/", page.goals, name="executive-goals"),
]

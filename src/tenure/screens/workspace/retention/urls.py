"""Addresses of retention, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.retention import cohorts, condition, made_of, overview, worth

urlpatterns = [
    path("retention/", overview.retention, name="retention"),
    path("retention/condition/", condition.condition, name="retention-condition"),
    path("retention/movements/", made_of.movements, name="retention-movements"),
    path("retention/cohorts/", cohorts.cohorts, name="cohorts"),
    path("retention/cohorts/accounts/", cohorts.accounts, name="cohort-accounts"),
    path("retention/worth/", worth.worth, name="retention-worth"),
]

"""Addresses of retention, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.retention import cohorts, condition, costs, made_of, overview, worth

urlpatterns = [
    path("retention/", overview.retention, name="retention"),
    path("retention/condition/", condition.condition, name="retention-condition"),
    path("retention/movements/", made_of.movements, name="retention-movements"),
    path("retention/cohorts/", cohorts.cohorts, name="cohorts"),
    path("retention/cohorts/accounts/", cohorts.accounts, name="cohort-accounts"),
    path("retention/worth/", worth.worth, name="retention-worth"),
    path("retention/costs/", costs.costs, name="retention-costs"),
    path("retention/costs/files/", costs.cost_files, name="retention-cost-files"),
    path("retention/referrals/", costs.referrals, name="retention-referrals"),
]

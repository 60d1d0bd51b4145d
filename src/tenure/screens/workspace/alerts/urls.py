"""Addresses of the alert rules' pages, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.alerts import changing, editing, listing, rule

urlpatterns = [
    path("alerts/rules/", listing.rules, name="alert-rules"),
    path("alerts/rules/new/", editing.new, name="alert-rule-new"),
    path("alerts/rules/trials/", editing.new_trials, name="alert-trials"),
    path("alerts/rules/starters/", changing.starters, name="alert-starters"),
    path("alerts/rules/settings/", changing.budget, name="alert-budget"),
    path("alerts/rules/<slug:rule>/", rule.rule, name="alert-rule"),
    path("alerts/rules/<slug:rule>/edit/", editing.edit, name="alert-rule-edit"),
    path("alerts/rules/<slug:rule>/trials/", editing.rule_trials, name="alert-rule-trials"),
    path("alerts/rules/<slug:rule>/switches/", changing.switches, name="alert-rule-switches"),
    path("alerts/rules/<slug:rule>/mutes/", changing.mutes, name="alert-rule-mutes"),
    path("alerts/rules/<slug:rule>/dismissals/", changing.dismissals, name="alert-rule-dismissals"),
    path("alerts/rules/<slug:rule>/rollbacks/", changing.rollbacks, name="alert-rule-rollbacks"),
    path("alerts/rules/<slug:rule>/archives/", changing.archives, name="alert-rule-archives"),
]

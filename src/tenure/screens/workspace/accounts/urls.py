"""Addresses of the account pages, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.accounts import (
    completion,
    conditions,
    export,
    facts,
    hand,
    listing,
    measure,
    money,
    name,
    overview,
    owner,
    people,
    pulse,
    saved,
    support,
    timeline,
    usage,
)
from tenure.screens.workspace.merges import views as merges

urlpatterns = [
    path("accounts/", listing.accounts, name="accounts"),
    path("accounts/export.csv", export.export, name="accounts-export"),
    path("accounts/conditions/", conditions.conditions, name="account-conditions"),
    path("accounts/views/", saved.saved_views, name="saved-views"),
    path("accounts/views/<int:saved_view>/changes/", saved.changes, name="saved-view-changes"),
    path("accounts/views/<int:saved_view>/homes/", saved.homes, name="saved-view-homes"),
    path("accounts/views/<int:saved_view>/removals/", saved.removals, name="saved-view-removals"),
    path("accounts/views/<int:saved_view>/restorals/", saved.restorals, name="saved-view-restorals"),
    path("accounts/completions", completion.completions, name="account-completions"),
    path("accounts/<int:account>/", overview.overview, name="account"),
    path("accounts/<int:account>/people/", people.people, name="account-people"),
    path("accounts/<int:account>/roles/", people.roles, name="account-roles"),
    path("accounts/<int:account>/signals/", people.signals, name="account-signals"),
    path("accounts/<int:account>/money/", money.money, name="account-money"),
    path("accounts/<int:account>/usage/", usage.usage, name="account-usage"),
    path("accounts/<int:account>/support/", support.support, name="account-support"),
    path("accounts/<int:account>/timeline/", timeline.timeline, name="account-timeline"),
    path("accounts/<int:account>/facts/", facts.facts, name="account-facts"),
    path("accounts/<int:account>/measures/<slug:key>/", measure.measure, name="account-measure"),
    path("accounts/<int:account>/score/", hand.account_score, name="account-score"),
    path("accounts/<int:account>/pulses/", pulse.account_pulses, name="account-pulses"),
    path("accounts/<int:account>/name/", name.name, name="account-name"),
    path("accounts/<int:account>/owner/", owner.owner, name="account-owner"),
    path("accounts/<int:account>/merges/", merges.account_merges, name="account-merges"),
    path("people/<int:person>/merges/", merges.person_merges, name="person-merges"),
    path("merges/<int:merge>/undoings/", merges.merge_undoings, name="merge-undoings"),
]

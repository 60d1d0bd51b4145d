"""Addresses of the account pages, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.accounts import (
    completion,
    facts,
    hand,
    listing,
    measure,
    money,
    notes,
    overview,
    owner,
    people,
    timeline,
)
from tenure.screens.workspace.merges import views as merges

urlpatterns = [
    path("accounts/", listing.accounts, name="accounts"),
    path("accounts/completions", completion.completions, name="account-completions"),
    path("accounts/<int:account>/", overview.overview, name="account"),
    path("accounts/<int:account>/people/", people.people, name="account-people"),
    path("accounts/<int:account>/money/", money.money, name="account-money"),
    path("accounts/<int:account>/timeline/", timeline.timeline, name="account-timeline"),
    path("accounts/<int:account>/facts/", facts.facts, name="account-facts"),
    path("accounts/<int:account>/measures/<slug:key>/", measure.measure, name="account-measure"),
    path("accounts/<int:account>/notes/", notes.notes, name="account-notes"),
    path("accounts/<int:account>/notes/<int:note>/", notes.note, name="account-note"),
    path("accounts/<int:account>/score/", hand.account_score, name="account-score"),
    path("accounts/<int:account>/owner/", owner.owner, name="account-owner"),
    path("accounts/<int:account>/merges/", merges.account_merges, name="account-merges"),
    path("people/<int:person>/merges/", merges.person_merges, name="person-merges"),
    path("merges/<int:merge>/undoings/", merges.merge_undoings, name="merge-undoings"),
]

"""Addresses of the segments' pages, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.segments import account, changing, completion, editing, listing, people, segment

urlpatterns = [
    path("segments/", listing.segments, name="segments"),
    path("segments/new/", editing.new, name="segment-new"),
    path("segments/preview/", editing.preview, name="segment-preview"),
    path("segments/fields/", completion.fields, name="segment-fields"),
    path("segments/values/", completion.values, name="segment-values"),
    path("segments/starters/", changing.starters, name="segment-starters"),
    path("segments/<slug:segment>/", segment.segment, name="segment"),
    path("segments/<slug:segment>/edit/", editing.edit, name="segment-edit"),
    path("segments/<slug:segment>/members/", changing.members, name="segment-members"),
    path("segments/<slug:segment>/snapshots/", changing.snapshots, name="segment-snapshots"),
    path("segments/<slug:segment>/archives/", changing.archives, name="segment-archives"),
    path("accounts/<int:account>/segments/", account.segments, name="account-segments"),
    path("people/<int:person>/segments/", people.segments, name="person-segments"),
]

"""Addresses of meetings, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.meetings import listing, planning, views

urlpatterns = [
    path("meetings/", listing.meetings, name="meetings"),
    path("meetings/due/", listing.meetings_due, name="meetings-due"),
    path("meetings/held/", listing.meetings_held, name="meetings-held"),
    path("meetings/new/", planning.meeting_new, name="meeting-new"),
    path("meetings/<int:meeting>/", views.meeting, name="meeting"),
    path("meetings/<int:meeting>/edit/", planning.meeting_edit, name="meeting-edit"),
    path("meetings/<int:meeting>/notes/", views.meeting_notes, name="meeting-notes"),
    path("meetings/<int:meeting>/cancellations/", views.meeting_cancellations, name="meeting-cancellations"),
    path("meetings/<int:meeting>/meeting.ics", views.meeting_file, name="meeting-file"),
    path("accounts/<int:account>/meetings/new/", planning.account_meeting_new, name="account-meeting-new"),
]

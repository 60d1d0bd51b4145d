"""Addresses of the list of people and of a person's page, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.accounts import conditions, export
from tenure.screens.workspace.people import listing, person

urlpatterns = [
    path("people/", listing.people, name="people"),
    path("people/export.csv", export.export_people, name="people-export"),
    path("people/conditions/", conditions.people_conditions, name="people-conditions"),
    path("people/<int:person>/", person.person, name="person"),
]

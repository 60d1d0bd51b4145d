"""Addresses of traits and tags, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.settings import tags
from tenure.screens.workspace.traits import views

urlpatterns = [
    path("accounts/<int:account>/traits/", views.account_trait, name="account-traits"),
    path("accounts/<int:account>/tags/", views.account_tags, name="account-tags"),
    path("people/<int:person>/traits/", views.person_trait, name="person-traits"),
    path("settings/tags/", tags.tag_settings, name="tag-settings"),
    path("settings/tags/<int:account_tag>/retirements/", tags.account_tag_retirements, name="account-tag-retirements"),
]

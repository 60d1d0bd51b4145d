"""A workspace's pages, `/w/<slug>/…`."""

from django.urls import URLPattern, URLResolver, path

from tenure.screens.workspace.components import views as components
from tenure.screens.workspace.start import views as start

app_name = "workspace"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.front, name="front"),
    path("start/", start.start, name="start"),
    path("components/", components.components, name="components"),
    # Until their pages stand.
    path("accounts/", start.start, name="accounts"),
    path("measures/", start.start, name="measures"),
    path("scorecard/", start.start, name="scorecard"),
    path("imports/", start.start, name="imports"),
    path("settings/", start.start, name="settings"),
    path("settings/words/", start.start, name="labels"),
    path("settings/keys/", start.start, name="keys"),
    path("settings/audit/", start.start, name="audit"),
]

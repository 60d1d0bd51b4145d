"""Addresses of the screens: the front door, and a workspace's pages under `/w/<slug>/`."""

from django.urls import include, path

from tenure.screens import front

urlpatterns = [
    path("", front.home, name="home"),
    path("workspaces/", front.workspaces, name="workspaces"),
    path("join/<str:token>/", front.join, name="join"),
    path("packs/leave/<str:token>/", front.leave, name="board-pack-leave"),
    path("healthz", front.healthz, name="healthz"),
    path("w/<slug:slug>/", include("tenure.screens.workspace.urls")),
]

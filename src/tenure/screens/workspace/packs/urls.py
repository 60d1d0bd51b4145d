"""Addresses of board packs, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.packs import reading, schedule, views

urlpatterns = [
    path("executive/pack/", views.packs, name="board-packs"),
    path("executive/pack/schedule/", schedule.schedule, name="board-pack-schedule"),
    path("executive/pack/readers/", schedule.readers, name="board-pack-readers"),
    path("executive/pack/readers/<int:reader>/removals/", schedule.removals, name="board-pack-reader-removals"),
    path("executive/pack/<int:pack>/", reading.pack, name="board-pack"),
    path("executive/pack/<int:pack>/pack.pdf", reading.pdf, name="board-pack-pdf"),
    path("executive/pack/<int:pack>/pages/<int:place>.png", reading.picture, name="board-pack-page"),
]

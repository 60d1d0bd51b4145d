"""Addresses of fit, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.fit import accounts, best, kinds, sources

urlpatterns = [
    path("fit/", kinds.kinds, name="fit"),
    path("fit/standing/", kinds.standing, name="fit-standing"),
    path("fit/best/", best.best, name="fit-best"),
    path("fit/sources/", sources.sources, name="fit-sources"),
    path("fit/accounts/", accounts.accounts, name="fit-accounts"),
]

"""All addresses: sign-in (allauth under our templates), the JSON API, then the screens."""

from django.urls import include, path

from tenure.config.api import api

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("api/", api.urls),
    path("", include("tenure.screens.urls")),
]

handler404 = "tenure.screens.refusals.not_found"
handler403 = "tenure.screens.refusals.forbidden"
handler500 = "tenure.screens.refusals.server_error"
handler400 = "tenure.screens.refusals.bad_request"

"""Where each room's pages live."""

from django.urls import include, path

urlpatterns = [
    path("", include("homeward.core.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("homeward.hospital.urls")),
    path("", include("homeward.gateway.urls")),
    path("", include("homeward.demo.urls")),
]

handler400 = "homeward.core.views.errors.bad_request"
handler403 = "homeward.core.views.errors.forbidden"
handler404 = "homeward.core.views.errors.not_found"
handler500 = "homeward.core.views.errors.server_error"

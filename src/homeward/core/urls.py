"""Addresses of this room's pages."""

from django.urls import path

from homeward.core.views import access, acting, health, home, pages

app_name = "core"
urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("about/", pages.about, name="about"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("switch", acting.switch, name="switch"),
    path("audit/", access.audit, name="audit"),
    path("people-and-access/", access.people_and_access, name="people_and_access"),
    path(
        "people-and-access/<uuid:membership_id>/end",
        access.end_membership,
        name="end_membership",
    ),
    # These stand before allauth's own: an address is what an administrator vouched for, so
    # nobody changes theirs or ties another account to it by themselves.
    path("accounts/email/", home.closed),
    path("accounts/3rdparty/", home.closed),
    path("accounts/signup/", home.closed),
]

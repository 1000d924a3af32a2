"""Addresses of this room's pages."""

from django.urls import path

from homeward.gateway.views import feeds, messages, quarantine

app_name = "gateway"
urlpatterns = [
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/<slug:name>/", feeds.feed, name="feed"),
    path("feeds/<slug:name>/edit/", feeds.edit_feed, name="edit_feed"),
    path("messages/", messages.messages, name="messages"),
    path("messages/<int:receipt>/", messages.message, name="message"),
    path("messages/<int:receipt>/replay/", messages.replay, name="replay"),
    path("messages/<int:receipt>/dismiss/", messages.dismiss, name="dismiss"),
    path("messages/<int:receipt>/set-aside/", messages.set_aside, name="set_aside"),
    path("quarantine/", quarantine.quarantined, name="quarantine"),
    path("quarantine/rejected/", quarantine.rejected, name="rejected"),
    path(
        "quarantine/waiting/<slug:feed>/<slug:cause>/",
        quarantine.group,
        {"outcome": "quarantined"},
        name="quarantined_group",
    ),
    path(
        "quarantine/waiting/<slug:feed>/<slug:cause>/replay/",
        quarantine.replay_group,
        {"outcome": "quarantined"},
        name="quarantined_replay",
    ),
    path(
        "quarantine/waiting/<slug:feed>/<slug:cause>/dismiss/",
        quarantine.dismiss_group,
        {"outcome": "quarantined"},
        name="quarantined_dismiss",
    ),
    path(
        "quarantine/rejected/<slug:feed>/<slug:cause>/",
        quarantine.group,
        {"outcome": "rejected"},
        name="rejected_group",
    ),
    path(
        "quarantine/rejected/<slug:feed>/<slug:cause>/replay/",
        quarantine.replay_group,
        {"outcome": "rejected"},
        name="rejected_replay",
    ),
]

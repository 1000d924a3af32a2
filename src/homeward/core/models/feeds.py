"""How fresh each feed is, kept where every list can read it."""

from django.db import models

from homeward.core.models.base import BaseModel
from homeward.core.models.organisations import Organisation


class FeedStatus(BaseModel):
    """One feed's pulse, written by the gateway as messages arrive."""

    feed = models.CharField(max_length=60, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="feeds")
    last_heard_at = models.DateTimeField(null=True, blank=True)
    # The newest moment any message spoke of (event time), not when it arrived.
    last_event_at = models.DateTimeField(null=True, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    received = models.BigIntegerField(default=0)
    # Silence longer than this raises a banner on every list the feed supplies.
    silent_after_minutes = models.PositiveIntegerField(default=60)

    class Meta:
        ordering = ("feed",)

    def __str__(self) -> str:
        return self.feed

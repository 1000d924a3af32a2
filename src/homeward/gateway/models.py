"""Feeds, the message log and the decisions people took on it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from homeward.core.domain.roles import Permission
from homeward.core.models import BaseModel, Organisation, ScopedQuerySet


class FeedQuerySet(ScopedQuerySet["Feed"]):
    """Feeds, for those who may read messages."""

    permission = Permission.SEE_MESSAGES


class MessageQuerySet(ScopedQuerySet["Message"]):
    """Messages, for those who may read them."""

    permission = Permission.SEE_MESSAGES


class Semantics(models.TextChoices):
    """What an empty field means."""

    DELTA = "delta", "An empty field changes nothing"
    SNAPSHOT = "snapshot", "An empty field means there is no value"


class Acknowledgement(models.TextChoices):
    """How replies are sent (HL7 v2 chapter 2)."""

    ORIGINAL = "original", "One reply, whatever MSH-15 and MSH-16 say"
    ENHANCED = "enhanced", "A commit reply at once, an application reply after it"


class Disposition(models.TextChoices):
    """What PV1-36 holds. PV1-37 holds the other."""

    DESTINATION = "destination", "Discharge destination"
    METHOD = "method", "Discharge method"


class Feed(BaseModel):
    """One sending system and how to read what it sends."""

    name = models.SlugField(max_length=60, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # Empty matches any sender; files given with --feed need not match at all.
    application = models.CharField(max_length=180, blank=True)
    facility = models.CharField(max_length=180, blank=True)
    time_zone = models.CharField(max_length=60, default="Europe/London")
    charset = models.CharField(max_length=20, default="utf-8")
    # CX.4 (or CX.5) of the local identifier; empty takes the first that is not the NHS number.
    local_authority = models.CharField(max_length=60, blank=True)
    semantics = models.CharField(
        max_length=10, choices=Semantics.choices, default=Semantics.DELTA.value
    )
    strict = models.BooleanField(default=False)
    processing_ids = models.CharField(max_length=10, default="P")
    control_id_unique = models.BooleanField(default=True)
    repeat_window_days = models.PositiveIntegerField(default=90)
    acknowledgement = models.CharField(
        max_length=10, choices=Acknowledgement.choices, default=Acknowledgement.ORIGINAL.value
    )
    disposition = models.CharField(
        max_length=12, choices=Disposition.choices, default=Disposition.DESTINATION.value
    )
    silent_after_minutes = models.PositiveIntegerField(default=60)
    # PV1-2 as sent -> our class; adds to and overrides domain.classes.DEFAULT_CLASSES.
    class_map = models.JSONField(default=dict, blank=True)
    # [{"fact": kind, "segment": "OBX", "code": "CTR", "values": {"N": "no"}}, ...]
    fact_map = models.JSONField(default=list, blank=True)
    enabled = models.BooleanField(default=True)

    history = HistoricalRecords()
    objects = FeedQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("application", "facility"),
                condition=Q(enabled=True) & ~Q(application="", facility=""),
                name="gateway_one_enabled_feed_a_sender",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Outcome(models.TextChoices):
    """What became of a received message. A repeat is counted on the first, not stored."""

    APPLIED = "applied", "Applied"
    IGNORED = "ignored", "Ignored"
    QUARANTINED = "quarantined", "Quarantined"
    REJECTED = "rejected", "Rejected"
    DISMISSED = "dismissed", "Dismissed"


class Message(models.Model):
    """One message as it arrived, what became of it and what was answered."""

    receipt = models.BigAutoField(primary_key=True)
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, null=True, related_name="messages")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    received_at = models.DateTimeField()
    # Who sent it: address of the peer, or the file it came from.
    source = models.CharField(max_length=200, blank=True)
    raw = models.BinaryField()
    control_id = models.CharField(max_length=199, blank=True)
    message_type = models.CharField(max_length=20, blank=True)
    trigger = models.CharField(max_length=10, blank=True)
    # Effect order: when it happened, then the receipt number.
    event_at = models.DateTimeField(null=True)
    body_digest = models.UUIDField()
    # Made of sender and control id; null once its window has passed.
    repeat_key = models.UUIDField(null=True, unique=True)
    outcome = models.CharField(max_length=11, choices=Outcome.choices)
    cause = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    reply = models.BinaryField()
    # Enhanced mode only: the application reply that followed the commit reply.
    application_reply = models.BinaryField(null=True)
    changes = models.JSONField(default=list)
    repeats = models.PositiveIntegerField(default=0)
    last_repeat_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("-receipt",)
        indexes = (
            # What a feed sent lately, for its page, its rate and its silences.
            models.Index(fields=("feed", "-received_at", "-receipt"), name="gateway_message_feed"),
            models.Index(
                fields=("organisation", "cause", "-receipt"),
                condition=Q(outcome="quarantined"),
                name="gateway_message_quarantine",
            ),
        )

    def __str__(self) -> str:
        return f"message {self.receipt}"


class MessagePerson(models.Model):
    """Which people a message speaks of, so that a late one can re-fold them."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="people")
    person = models.UUIDField()

    class Meta:
        indexes = (models.Index(fields=("person", "message"), name="gateway_message_person"),)

    def __str__(self) -> str:
        return f"{self.message_id} {self.person}"


class Decision(models.TextChoices):
    """What a person decided about a message."""

    REPLAY = "replay", "Replayed"
    DISMISS = "dismiss", "Dismissed"
    SET_ASIDE = "set_aside", "Set aside"


class MessageDecision(BaseModel):
    """A named person's decision on a message, with its reason."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    outcome = models.CharField(max_length=11, choices=Outcome.choices)

    class Meta:
        ordering = ("at",)

    def __str__(self) -> str:
        return f"{self.decision} of message {self.message_id}"

"""Who did and saw what: append-only, chained in batches."""

from django.conf import settings
from django.db import models

from homeward.core.models.base import BaseModel
from homeward.core.models.organisations import Organisation


class AuditEvent(BaseModel):
    """One thing someone did or saw. Database triggers refuse to change or delete it."""

    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The organisation acted for; empty when nobody is signed in or a command acts.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Keys of every person shown or changed. A list view is one event with all its ids.
    subjects = models.JSONField(default=list)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("at", "id")
        indexes = (
            models.Index(fields=("action", "at"), name="core_audit_action_at"),
            models.Index(fields=("organisation", "-at"), name="core_audit_organisation_at"),
        )

    def __str__(self) -> str:
        return f"{self.action} at {self.at:%Y-%m-%d %H:%M:%S}"


class AuditSubject(models.Model):
    """Finds the events about one person without reading every list view."""

    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="subject_rows")
    subject = models.UUIDField()

    class Meta:
        indexes = (models.Index(fields=("subject", "event"), name="core_audit_subject"),)

    def __str__(self) -> str:
        return str(self.subject)


class AuditLink(models.Model):
    """The place of one event in the hash chain, written when a batch is sealed."""

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="link")
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ("position",)

    def __str__(self) -> str:
        return f"link {self.position}"

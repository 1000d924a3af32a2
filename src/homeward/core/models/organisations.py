"""Organisations as the Organisation Data Service publishes them."""

from django.db import models
from django.db.models import F, Q

from homeward.core.models.base import BaseModel


class OrganisationKind(models.TextChoices):
    """What an organisation is. Never inferred from the shape of its code."""

    TRUST = "trust", "NHS trust"
    SITE = "site", "Trust site"
    COMMUNITY = "community", "Community health provider"
    ICB = "icb", "Integrated care board"
    REGION = "region", "NHS England region"
    COUNCIL = "council", "Local authority"
    PRACTICE = "practice", "GP practice"
    CARE_HOME = "care_home", "Care home"
    CCG = "ccg", "Clinical commissioning group (closed)"
    OTHER = "other", "Other"


class Organisation(BaseModel):
    """One organisation or site with its ODS code, dates, parent and successor."""

    ods_code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=OrganisationKind.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    succeeded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors"
    )
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    # Where the row came from, so that a later load of the same file may replace it.
    source = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("name", "ods_code")
        constraints = (
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gte=F("opened_on")),
                name="core_organisation_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=~Q(ods_code=""), name="core_organisation_has_an_ods_code"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.ods_code})"

"""People, spells and bed stays as the feed tells them, and what staff add.

Rows marked "feed" are a pure function of the message log: their keys are made from
(organisation, identifier) so that a rebuild finds the same row again.
"""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from homeward.core.models import BaseModel, Organisation, ScopedQuerySet


class PersonQuerySet(ScopedQuerySet["Person"]):
    """People, for those who may see them."""


class SpellQuerySet(ScopedQuerySet["Spell"]):
    """Spells, for those who may see people."""


class WardQuerySet(ScopedQuerySet["Ward"]):
    """Wards of the hospital's own list, for those who may see people."""

    def on(self, day: date) -> Self:
        """Those in use on that date."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class FeedRow(models.Model):
    """A row the feed owns. Its key is given, never drawn."""

    id = models.UUIDField(primary_key=True, editable=False)

    class Meta:
        abstract = True


class Person(FeedRow):
    """A patient as one organisation knows them (feed)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # People joined by merges or moved visits are folded together; all bear one cluster key.
    cluster = models.UUIDField(db_index=True)
    local_authority = models.CharField(max_length=60, blank=True)
    local_id = models.CharField(max_length=60, blank=True)
    # Only a number that passes its check digit; what was sent stands among the identifiers.
    nhs_number = models.CharField(max_length=10, blank=True)
    nhs_number_status = models.CharField(max_length=2, blank=True)
    family_name = models.CharField(max_length=120, blank=True)
    given_name = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=40, blank=True)
    # Lower case, accents folded: what a search compares with.
    search_name = models.CharField(max_length=250, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    gp_practice = models.CharField(max_length=12, blank=True)
    ethnic_category = models.CharField(max_length=10, blank=True)
    died = models.BooleanField(default=False)
    died_at = models.DateTimeField(null=True, blank=True)
    restricted = models.BooleanField(default=False)
    deleted = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, null=True, blank=True, related_name="merged_from"
    )
    # Any cancel ever heard: their later messages are folded with their history.
    has_cancels = models.BooleanField(default=False)
    # Place of the newest message in effect order: anything earlier is late and re-folds.
    last_event_at = models.DateTimeField()
    last_receipt = models.BigIntegerField()

    objects = PersonQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("organisation", "nhs_number"), name="hospital_person_nhs"),
            models.Index(fields=("organisation", "local_id"), name="hospital_person_local"),
            models.Index(fields=("organisation", "search_name"), name="hospital_person_name"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="hospital_person_not_merged_into_itself",
            ),
        )

    def __str__(self) -> str:
        return f"person {self.pk}"


class PersonIdentifier(FeedRow):
    """One identifier as it was sent, whether or not it is valid (feed)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identifiers")
    authority = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    value = models.CharField(max_length=60)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person", "authority", "value"), name="hospital_one_identifier_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.authority} identifier"


class SpellStatus(models.TextChoices):
    """Where a visit stands."""

    PLANNED = "planned", "Planned"
    OPEN = "open", "In hospital"
    CLOSED = "closed", "Left"
    CANCELLED = "cancelled", "Cancelled"
    DELETED = "deleted", "Deleted by the sender"
    MERGED = "merged", "Merged into another visit"


class Spell(FeedRow):
    """One visit, told apart by class; the live list counts inpatients (feed)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.DO_NOTHING, related_name="spells")
    visit_number = models.CharField(max_length=80)
    patient_class = models.CharField(max_length=12)
    status = models.CharField(max_length=10, choices=SpellStatus.choices)
    # Known only from an update so far: the admission itself has not been heard.
    provisional = models.BooleanField(default=False)
    # A pre-admission was heard: cancelling the admission goes back to it.
    planned = models.BooleanField(default=False)
    merged_into = models.UUIDField(null=True, blank=True)
    admitted_at = models.DateTimeField(null=True, blank=True)
    admitted_heard_at = models.DateTimeField(null=True, blank=True)
    discharged_at = models.DateTimeField(null=True, blank=True)
    discharged_heard_at = models.DateTimeField(null=True, blank=True)
    expected_discharge_at = models.DateTimeField(null=True, blank=True)
    admission_method = models.CharField(max_length=20, blank=True)
    admission_source = models.CharField(max_length=20, blank=True)
    discharge_method = models.CharField(max_length=20, blank=True)
    discharge_destination = models.CharField(max_length=80, blank=True)
    specialty = models.CharField(max_length=60, blank=True)
    consultant_code = models.CharField(max_length=40, blank=True)
    consultant_name = models.CharField(max_length=120, blank=True)
    on_leave_since = models.DateTimeField(null=True, blank=True)
    # Finished and present absences: [[from, to or null], ...] in ISO 8601.
    leaves = models.JSONField(default=list)
    # What the sender says will happen next, in words ("transfer to ...", "discharge").
    pending = models.CharField(max_length=120, blank=True)
    # The open bed stay's place, kept here so that a list needs no join.
    site = models.CharField(max_length=60, blank=True)
    ward = models.CharField(max_length=80, blank=True)
    room = models.CharField(max_length=80, blank=True)
    bed = models.CharField(max_length=80, blank=True)
    last_event_at = models.DateTimeField()
    last_receipt = models.BigIntegerField()

    objects = SpellQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "visit_number"), name="hospital_one_spell_a_visit_number"
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(discharged_at__isnull=False),
                name="hospital_closed_spell_has_its_discharge",
            ),
            models.CheckConstraint(
                condition=~Q(status="open") | Q(discharged_at=None),
                name="hospital_open_spell_has_no_discharge",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("open", "closed")) | Q(admitted_at__isnull=False),
                name="hospital_started_spell_has_its_admission",
            ),
        )
        indexes = (
            models.Index(
                fields=("organisation", "patient_class", "status", "admitted_at"),
                name="hospital_spell_list",
            ),
        )

    def __str__(self) -> str:
        return f"spell {self.visit_number}"


class BedStay(FeedRow):
    """One stretch of a spell in one place (feed)."""

    spell = models.ForeignKey(Spell, on_delete=models.CASCADE, related_name="bed_stays")
    number = models.PositiveIntegerField()
    site = models.CharField(max_length=60, blank=True)
    ward = models.CharField(max_length=80, blank=True)
    room = models.CharField(max_length=80, blank=True)
    bed = models.CharField(max_length=80, blank=True)
    started_at = models.DateTimeField()
    started_heard_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_heard_at = models.DateTimeField(null=True, blank=True)
    # A move nobody announced: an update simply named another bed.
    inferred = models.BooleanField(default=False)
    # The sender's trigger that opened it, so that a cancel undoes the right kind.
    opened_by = models.CharField(max_length=3, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                fields=("spell", "number"), name="hospital_bed_stays_are_numbered"
            ),
            models.UniqueConstraint(
                fields=("spell",),
                condition=Q(ended_at=None),
                name="hospital_one_open_bed_stay_a_spell",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="hospital_bed_stay_ends_after_it_starts",
            ),
        )
        indexes = (
            models.Index(
                fields=("ward", "bed"), condition=Q(ended_at=None), name="hospital_bed_now"
            ),
        )

    def __str__(self) -> str:
        return f"{self.ward} {self.bed}".strip()


class ReadinessFact(FeedRow):
    """A readiness fact the hospital's own record sent (feed)."""

    spell = models.ForeignKey(Spell, on_delete=models.CASCADE, related_name="readiness_facts")
    kind = models.CharField(max_length=24)
    value = models.CharField(max_length=120)
    # The sender's own words beside the value, when it gave any.
    text = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    heard_at = models.DateTimeField()
    receipt = models.BigIntegerField()

    class Meta:
        ordering = ("at", "receipt")
        indexes = (
            # The newest fact of every spell is found in the index alone.
            models.Index(
                fields=("spell", "at", "receipt", "kind", "value"), name="hospital_fact_newest"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class Ward(BaseModel):
    """A ward by the code a feed sends, with the name people use for it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    site = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    # Dates in Europe/London; valid_to is the first day on which it is no longer in use.
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    history = HistoricalRecords()
    objects = WardQuerySet.as_manager()

    class Meta:
        ordering = ("site", "code")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "site", "code"), name="hospital_one_ward_a_code"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="hospital_ward_has_a_name"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="hospital_ward_closes_after_it_opens",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Bed(BaseModel):
    """A bed that a ward has, occupied or not."""

    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="beds")
    room = models.CharField(max_length=80, blank=True)
    bed = models.CharField(max_length=80)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ("room", "bed")
        constraints = (
            models.UniqueConstraint(
                fields=("ward", "room", "bed"),
                condition=Q(valid_to=None),
                name="hospital_one_bed_of_a_name_in_use",
            ),
            models.CheckConstraint(condition=~Q(bed=""), name="hospital_bed_has_a_name"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="hospital_bed_closes_after_it_opens",
            ),
        )

    def __str__(self) -> str:
        return f"{self.room} {self.bed}".strip()


class BreakGlass(BaseModel):
    """A named person's reason for seeing who a restricted person is, for a while."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    review_note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-at",)
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="hospital_break_glass_says_why"),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="hospital_break_glass_reviewed_at_and_by_together",
            ),
        )

    def __str__(self) -> str:
        return f"break-glass at {self.at:%Y-%m-%d %H:%M}"


class CensusMatch(BaseModel):
    """How the live list compared with the hospital's own midnight list."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    compared_at = models.DateTimeField()
    agreed = models.PositiveIntegerField()
    total = models.PositiveIntegerField()
    # Every difference: [{"kind", "place", "theirs", "ours"}, ...], keys only, no names.
    differences = models.JSONField(default=list)

    class Meta:
        ordering = ("-compared_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(agreed__lte=F("total")), name="hospital_census_agrees_on_part_of_all"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreed} of {self.total} beds agreed"

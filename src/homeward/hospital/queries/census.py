"""The last comparison with the hospital's own list, and what the list was at a moment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from homeward.core.models import User
from homeward.hospital.domain.census import InBed
from homeward.hospital.domain.classes import INPATIENT_CLASSES
from homeward.hospital.domain.events import Place
from homeward.hospital.models import (
    BedStay,
    CensusMatch,
    PersonIdentifier,
    SpellStatus,
)
from homeward.hospital.queries.scope import Sight, every_spell, open_spells, visible_people


@dataclass(frozen=True, slots=True)
class LastMatch:
    """How the list last compared with the hospital's own."""

    at: datetime
    agreed: int
    total: int
    differences: list[dict[str, str]]


def last_match(*, user: User) -> LastMatch | None:
    """The newest comparison in the user's organisation, None before the first. One query."""
    if user.acting is None:
        return None
    row = (
        CensusMatch.objects.filter(organisation_id=user.acting.organisation_id)
        .order_by("-at")
        .values_list("at", "agreed", "total", "differences")
        .first()
    )
    return LastMatch(*row) if row else None


def hidden_numbers(*, user: User, sight: Sight) -> frozenset[str]:
    """Numbers of restricted people whom the user may not know. Two queries."""
    people = visible_people(user).filter(restricted=True).exclude(pk__in=sight.opened)
    if sight.ward:
        own = open_spells(user).filter(site=sight.site, ward=sight.ward)
        people = people.exclude(pk__in=own.values("person_id"))
    numbers = set()
    for local_id, number in people.values_list("local_id", "nhs_number"):
        numbers |= {local_id, number}
    sent = PersonIdentifier.objects.filter(person__in=people.values("pk"))
    return frozenset((numbers | set(sent.values_list("value", flat=True))) - {""})


def in_bed_at(*, organisation: UUID, at: datetime) -> list[InBed]:
    """Inpatients of one organisation at that moment (event time). Two queries."""
    spells = every_spell().filter(
        Q(discharged_at=None) | Q(discharged_at__gt=at),
        organisation_id=organisation,
        status__in=(SpellStatus.OPEN, SpellStatus.CLOSED),
        patient_class__in=INPATIENT_CLASSES,
        admitted_at__lte=at,
        person__deleted=False,
    )
    covering = BedStay.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=at),
        spell__organisation_id=organisation,
        started_at__lte=at,
    ).order_by("started_at", "number")
    columns = ("spell_id", "site", "ward", "room", "bed")
    places = {row[0]: Place(*row[1:]) for row in covering.values_list(*columns)}
    people = spells.order_by("pk").values_list(
        "pk", "person_id", "person__local_id", "person__nhs_number"
    )
    return [
        InBed(str(person), local_id, number, places.get(spell, Place()))
        for spell, person, local_id, number in people
    ]

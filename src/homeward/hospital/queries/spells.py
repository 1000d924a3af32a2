"""Spells as other systems read them: one at a time, however many there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from homeward.hospital.models import BedStay, Spell, SpellStatus
from homeward.hospital.queries.scope import every_spell

CHUNK = 500


@dataclass(frozen=True, slots=True)
class ToldStay:
    """One stretch in one place; to is None while it lasts."""

    site: str
    ward: str
    room: str
    bed: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ToldSpell:
    """One spell as it stands, or as it stood at a moment."""

    visit_number: str
    nhs_number: str
    local_id: str
    family_name: str
    given_name: str
    birth_date: date | None
    sex: str
    patient_class: str
    place: ToldStay | None
    admitted_at: datetime
    discharged_at: datetime | None
    expected_discharge_at: datetime | None
    discharge_destination: str
    specialty: str
    stays: tuple[ToldStay, ...]


def told_spells(
    *, organisation: str | None, open_only: bool, at: datetime | None
) -> Iterator[ToldSpell]:
    """Every spell that began, by organisation and admission. Two queries for each 500 spells.

    organisation: an ODS code, None for all. at: the spells under way at that moment (event
    time), each as it then was; None for now. For commands only: it knows no user.
    """
    spells = _wanted(organisation, open_only=open_only, at=at)
    ordered = spells.order_by("organisation__ods_code", "admitted_at", "visit_number")
    for spell in ordered.iterator(chunk_size=CHUNK):
        yield _told(spell, at)


def _wanted(organisation: str | None, *, open_only: bool, at: datetime | None) -> QuerySet[Spell]:
    spells = (
        every_spell()
        .filter(status__in=(SpellStatus.OPEN, SpellStatus.CLOSED))
        .filter(person__deleted=False)
        .select_related("person")
        .prefetch_related("bed_stays")
    )
    if organisation is not None:
        spells = spells.filter(organisation__ods_code=organisation)
    if at is not None:
        return spells.filter(Q(discharged_at=None) | Q(discharged_at__gt=at), admitted_at__lte=at)
    return spells.filter(status=SpellStatus.OPEN) if open_only else spells


def _told(spell: Spell, at: datetime | None) -> ToldSpell:
    person = spell.person
    stays = tuple(_stays(spell, at))
    last = stays[-1] if stays else None
    left = spell.discharged_at if at is None else None
    assert spell.admitted_at is not None
    return ToldSpell(
        visit_number=spell.visit_number,
        nhs_number=person.nhs_number,
        local_id=person.local_id,
        family_name=person.family_name,
        given_name=person.given_name,
        birth_date=person.birth_date,
        sex=person.sex,
        patient_class=spell.patient_class,
        place=last if last and (last.ended_at is None or left is not None) else None,
        admitted_at=spell.admitted_at,
        discharged_at=left,
        expected_discharge_at=spell.expected_discharge_at,
        discharge_destination=spell.discharge_destination if left else "",
        specialty=spell.specialty,
        stays=stays,
    )


def _stays(spell: Spell, at: datetime | None) -> Iterator[ToldStay]:
    for stay in spell.bed_stays.all():
        if at is None or stay.started_at <= at:
            yield _stay(stay, at)


def _stay(stay: BedStay, at: datetime | None) -> ToldStay:
    ended = stay.ended_at
    if at is not None and ended is not None and ended > at:
        ended = None
    return ToldStay(stay.site, stay.ward, stay.room, stay.bed, stay.started_at, ended)

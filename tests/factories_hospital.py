"""People, spells and bed stays for tests, as a feed would have made them."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from homeward.core.models import Organisation
from homeward.hospital.domain.events import person_key, spell_key
from homeward.hospital.domain.nhs_number import check_digit
from homeward.hospital.domain.readiness import CRITERIA
from homeward.hospital.domain.state import fact_key, identifier_key, stay_key
from homeward.hospital.domain.text import folded
from homeward.hospital.models import (
    Bed,
    BedStay,
    Person,
    PersonIdentifier,
    ReadinessFact,
    Spell,
    Ward,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_numbers = count(1)


def nhs_number(number: int) -> str:
    """The number-th valid NHS number of the test range, leaving out those never issued."""
    stem = 999_000_001 + number * 7
    while (digit := check_digit(f"{stem}")) is None:
        stem += 1
    return f"{stem}{digit}"


def make_person(organisation: Organisation, **fields: Any) -> Person:
    """A patient with a hospital number, an NHS number and a name."""
    number = next(_numbers)
    local_id = fields.pop("local_id", f"H{number:06d}")
    key = person_key(organisation.ods_code, organisation.ods_code, local_id)
    values = {
        "local_authority": organisation.ods_code,
        "nhs_number": nhs_number(number),
        "nhs_number_status": "01",
        "family_name": f"Example{number:04d}",
        "given_name": "Ada",
        "birth_date": date(1944, 5, 12),
        "sex": "F",
        "last_event_at": NOON,
        "last_receipt": number,
    } | fields
    values.setdefault("cluster", key)
    values.setdefault("search_name", folded(f"{values['family_name']} {values['given_name']}"))
    person = Person.objects.create(id=key, organisation=organisation, local_id=local_id, **values)
    if local_id:
        make_identifier(person, organisation.ods_code, local_id)
    return person


def make_identifier(
    person: Person, authority: str, value: str, kind: str = "MR"
) -> PersonIdentifier:
    """An identifier as it was sent."""
    key = identifier_key(person.pk, authority, value)
    return PersonIdentifier.objects.create(
        id=key, person=person, authority=authority, value=value, kind=kind
    )


def make_spell(person: Person, days: int = 3, at: datetime = NOON, **fields: Any) -> Spell:
    """An open inpatient spell that began that many days ago, in a bed of its own."""
    number = next(_numbers)
    visit = fields.pop("visit_number", f"V{number:07d}")
    values = {
        "patient_class": "inpatient",
        "status": "open",
        "admitted_at": at - timedelta(days=days),
        "site": f"{person.organisation.ods_code}01",
        "ward": "ASH",
        "room": "B1",
        "bed": f"{number:02d}",
        "specialty": "300",
        "last_event_at": at,
        "last_receipt": number,
    } | fields
    values.setdefault("admitted_heard_at", values["admitted_at"])
    return Spell.objects.create(
        id=spell_key(person.organisation.ods_code, visit),
        organisation=person.organisation,
        person=person,
        visit_number=visit,
        **values,
    )


def make_stay(spell: Spell, number: int = 1, **fields: Any) -> BedStay:
    """A bed stay of the spell; as said, it began with the spell and lasts while it does."""
    values: dict[str, Any] = {
        "site": spell.site,
        "ward": spell.ward,
        "room": spell.room,
        "bed": spell.bed,
        "started_at": spell.admitted_at,
        "ended_at": spell.discharged_at,
    } | fields
    values.setdefault("started_heard_at", values["started_at"])
    values.setdefault("ended_heard_at", values["ended_at"])
    return BedStay.objects.create(
        id=stay_key(spell.pk, number), spell=spell, number=number, **values
    )


def make_inpatient(organisation: Organisation, days: int = 3, **fields: Any) -> Spell:
    """A person in a bed: person, spell and bed stay at once. person: fields of the person."""
    person = make_person(organisation, **fields.pop("person", {}))
    spell = make_spell(person, days, **fields)
    if spell.ward:
        make_stay(spell)
    return spell


def make_fact(spell: Spell, value: str = "no", at: datetime = NOON, **fields: Any) -> ReadinessFact:
    """A readiness fact; as said, the criteria to reside were not met at noon."""
    number = next(_numbers)
    values = {"kind": CRITERIA, "heard_at": at, "receipt": number} | fields
    return ReadinessFact.objects.create(
        id=fact_key(spell.pk, number, 0), spell=spell, value=value, at=at, **values
    )


def make_ward(organisation: Organisation, code: str = "ASH", beds: str = "", **fields: Any) -> Ward:
    """A ward of the hospital's own list; beds: numbers in bay B1, apart by spaces."""
    since = fields.pop("valid_from", date(2026, 1, 1))
    values = {"site": f"{organisation.ods_code}01", "name": f"{code.title()} ward"} | fields
    ward = Ward.objects.create(organisation=organisation, code=code, valid_from=since, **values)
    for bed in beds.split():
        Bed.objects.create(ward=ward, room="B1", bed=bed, valid_from=since)
    return ward

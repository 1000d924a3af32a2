"""Spells as lines of JSON and as a table to read. docs/reference/spells.md documents the keys."""

import json
from datetime import datetime
from typing import Any

from homeward.hospital.domain.display import list_name
from homeward.hospital.domain.length_of_stay import LONDON
from homeward.hospital.domain.nhs_number import spaced
from homeward.hospital.queries.spells import ToldSpell, ToldStay

TABLE = "{:<14} {:<12} {:<28} {:<11} {:<24} {:<16} {:<16}"
TABLE_HEAD = TABLE.format(
    "Spell", "NHS number", "Name", "Class", "Ward and bed", "Admitted", "Left"
)


def json_line(spell: ToldSpell) -> str:
    """One spell as one line of JSON. Keys and their order are stable; unknown is null."""
    return json.dumps(json_object(spell), ensure_ascii=False, separators=(", ", ": "))


def json_object(spell: ToldSpell) -> dict[str, Any]:
    """One spell under its documented keys, in their documented order."""
    place = spell.place
    return {
        "spell": spell.visit_number,
        "nhs_number": spell.nhs_number or None,
        "local_id": spell.local_id or None,
        "family_name": spell.family_name or None,
        "given_name": spell.given_name or None,
        "birth_date": spell.birth_date.isoformat() if spell.birth_date else None,
        "sex": spell.sex or None,
        "class": spell.patient_class,
        "site": place.site or None if place else None,
        "ward": place.ward or None if place else None,
        "room": place.room or None if place else None,
        "bed": place.bed or None if place else None,
        "admitted_at": iso(spell.admitted_at),
        "discharged_at": iso(spell.discharged_at),
        "expected_discharge_at": iso(spell.expected_discharge_at),
        "discharge_destination": spell.discharge_destination or None,
        "specialty": spell.specialty or None,
        "bed_stays": [_stay(stay) for stay in spell.stays],
    }


def _stay(stay: ToldStay) -> dict[str, Any]:
    return {
        "site": stay.site or None,
        "ward": stay.ward or None,
        "room": stay.room or None,
        "bed": stay.bed or None,
        "from": iso(stay.started_at),
        "to": iso(stay.ended_at),
    }


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 with the offset that Europe/London had at that moment."""
    return moment.astimezone(LONDON).isoformat() if moment else None


def table_line(spell: ToldSpell) -> str:
    """One spell as a line of the table; long values are cut."""
    place = spell.place
    where = " ".join(p for p in (place.ward, place.room, place.bed) if p) if place else ""
    return TABLE.format(
        spell.visit_number[:14],
        spaced(spell.nhs_number),
        list_name(spell.family_name, spell.given_name)[:28],
        spell.patient_class[:11],
        where[:24],
        _short(spell.admitted_at),
        _short(spell.discharged_at),
    ).rstrip()


def _short(moment: datetime | None) -> str:
    return f"{moment.astimezone(LONDON):%Y-%m-%d %H:%M}" if moment else ""

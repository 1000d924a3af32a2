"""Between feed tables and the ledger: load what a group touches, write back what changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

from django.db.models import ProtectedError, Q

from homeward.core import bulk
from homeward.hospital.domain.classes import effective_class
from homeward.hospital.domain.events import Place
from homeward.hospital.domain.state import (
    Ledger,
    PersonState,
    SpellState,
    StayState,
    identifier_key,
    stay_key,
)
from homeward.hospital.domain.text import folded
from homeward.hospital.models import BedStay, Person, PersonIdentifier, ReadinessFact, Spell

PERSON_STATE = tuple(f.name for f in fields(PersonState) if f.name != "identifiers")
SPELL_STATE = tuple(f.name for f in fields(SpellState) if f.name not in ("stays", "facts"))
PERSON_COLUMNS = tuple("merged_into_id" if n == "merged_into" else n for n in PERSON_STATE)
SPELL_COLUMNS = tuple("person_id" if n == "person" else n for n in SPELL_STATE)
STAY_COLUMNS = (
    "spell_id",
    "number",
    "site",
    "ward",
    "room",
    "bed",
    "started_at",
    "started_heard_at",
    "ended_at",
    "ended_heard_at",
    "inferred",
    "opened_by",
)
FACT_COLUMNS = ("id", "spell_id", "kind", "value", "text", "at", "heard_at", "receipt")
Row = tuple[Any, ...]


@dataclass(slots=True)
class Before:
    """Rows as they were when loaded, so that only what changed is written."""

    people: dict[UUID, Row] = field(default_factory=dict)
    spells: dict[UUID, Row] = field(default_factory=dict)
    stays: dict[UUID, list[Row]] = field(default_factory=dict)
    identifiers: dict[UUID, set[tuple[str, str]]] = field(default_factory=dict)


def load(
    organisation: UUID, people: Iterable[UUID], spells: Iterable[UUID]
) -> tuple[Ledger, Before]:
    """Everyone in the clusters of these people and of these spells' owners. Four queries."""
    wanted = Person.objects.filter(
        Q(pk__in=list(people)) | Q(spells__in=list(spells)), organisation_id=organisation
    )
    ledger, before = Ledger(), Before()
    rows = Person.objects.filter(
        organisation_id=organisation, cluster__in=wanted.values("cluster")
    ).values_list(*PERSON_COLUMNS)
    for row in rows:
        person = PersonState(*row)
        ledger.people[person.id] = person
        before.people[person.id] = person_row(person)
    if ledger.people:
        _load_identifiers(ledger, before)
        _load_spells(ledger, before)
    return ledger, before


def _load_identifiers(ledger: Ledger, before: Before) -> None:
    rows = PersonIdentifier.objects.filter(person__in=list(ledger.people)).values_list(
        "person_id", "authority", "value", "kind"
    )
    for key, authority, value, kind in rows:
        ledger.people[key].identifiers[(authority, value)] = kind
        before.identifiers.setdefault(key, set()).add((authority, value))


def _load_spells(ledger: Ledger, before: Before) -> None:
    for row in Spell.objects.filter(person__in=list(ledger.people)).values_list(*SPELL_COLUMNS):
        spell = SpellState(*row)
        ledger.spells[spell.id] = spell
    if not ledger.spells:
        return
    stays = BedStay.objects.filter(spell__in=list(ledger.spells)).order_by("spell_id", "number")
    for row in stays.values_list(*STAY_COLUMNS):
        key, _, site, ward, room, bed, *rest = row
        ledger.spells[key].stays.append(StayState(Place(site, ward, room, bed), *rest))
        before.stays.setdefault(key, []).append(row)
    for spell in ledger.spells.values():
        before.spells[spell.id] = spell_row(spell)


def person_row(person: PersonState) -> Row:
    """A person's columns, in the order of PERSON_COLUMNS, then what is derived."""
    values = tuple(getattr(person, name) for name in PERSON_STATE)
    return (*values, folded(f"{person.family_name} {person.given_name}"))


def spell_row(spell: SpellState) -> Row:
    """A spell's columns in the order of SPELL_COLUMNS, then the open stay's place."""
    stay = spell.open_stay
    place = stay.place if stay is not None and spell.status == "open" else Place()
    values = tuple(
        effective_class(spell.patient_class, spell.admission_method).value
        if name == "patient_class"
        else list(map(list, spell.leaves))
        if name == "leaves"
        else getattr(spell, name)
        for name in SPELL_STATE
    )
    return (*values, place.site, place.ward, place.room, place.bed)


def stay_rows(spell: SpellState) -> list[Row]:
    """The columns of each bed stay, in the order of STAY_COLUMNS."""
    return [
        (
            spell.id,
            number,
            stay.place.site,
            stay.place.ward,
            stay.place.room,
            stay.place.bed,
            stay.started_at,
            stay.started_heard_at,
            stay.ended_at,
            stay.ended_heard_at,
            stay.inferred,
            stay.opened_by,
        )
        for number, stay in enumerate(spell.stays)
    ]


def write(organisation: UUID, ledger: Ledger, before: Before, refolded: set[UUID]) -> None:
    """Write every row that differs from what was loaded.

    refolded: spells whose readiness facts were derived afresh. Rows that are no longer
    derived go; what people typed keeps its person (PROTECT), marked as deleted.
    """
    _remove_what_is_gone(ledger, before)
    _write_people(organisation, ledger, before)
    _write_identifiers(ledger, before)
    _write_spells(organisation, ledger, before)
    _write_stays(ledger, before)
    _write_facts(ledger, refolded)


def _remove_what_is_gone(ledger: Ledger, before: Before) -> None:
    gone_spells = [key for key in before.spells if key not in ledger.spells]
    if gone_spells:
        Spell.objects.filter(pk__in=gone_spells).delete()
    gone_people = [key for key in before.people if key not in ledger.people]
    for key in gone_people:
        _remove_person(key)


def _remove_person(key: UUID) -> None:
    try:
        Person.objects.filter(pk=key).delete()
    except ProtectedError:
        # Somebody wrote about them: the row stays, marked, so that nothing typed is orphaned.
        Person.objects.filter(pk=key).update(deleted=True, merged_into=None)


def _write_people(organisation: UUID, ledger: Ledger, before: Before) -> None:
    bulk.upsert(
        Person,
        (*PERSON_COLUMNS, "search_name", "organisation_id"),
        (
            (*row, organisation)
            for key, person in ledger.people.items()
            if (row := person_row(person)) != before.people.get(key)
        ),
    )


def _write_identifiers(ledger: Ledger, before: Before) -> None:
    bulk.insert(
        PersonIdentifier,
        ("id", "person_id", "authority", "value", "kind"),
        (
            (identifier_key(key, authority, value), key, authority, value, kind)
            for key, person in ledger.people.items()
            for (authority, value), kind in person.identifiers.items()
            if (authority, value) not in before.identifiers.get(key, ())
        ),
    )
    for key, had in before.identifiers.items():
        gone = had - set(ledger.people[key].identifiers) if key in ledger.people else set()
        for authority, value in gone:
            PersonIdentifier.objects.filter(pk=identifier_key(key, authority, value)).delete()


def _write_spells(organisation: UUID, ledger: Ledger, before: Before) -> None:
    bulk.upsert(
        Spell,
        (*SPELL_COLUMNS, "site", "ward", "room", "bed", "organisation_id"),
        (
            (*row, organisation)
            for key, spell in ledger.spells.items()
            if (row := spell_row(spell)) != before.spells.get(key)
        ),
    )


def _write_stays(ledger: Ledger, before: Before) -> None:
    changed: list[Row] = []
    for key, spell in ledger.spells.items():
        had = before.stays.get(key, [])
        rows = stay_rows(spell)
        if len(had) > len(rows):
            # First: a stay that is gone may have been the open one.
            BedStay.objects.filter(spell=key, number__gte=len(rows)).delete()
        changed += [
            (stay_key(key, number), *row)
            for number, row in enumerate(rows)
            if number >= len(had) or row != had[number]
        ]
    bulk.upsert(BedStay, ("id", *STAY_COLUMNS), changed)


def fact_rows(spell: SpellState) -> list[Row]:
    """The columns of each readiness fact, in the order of FACT_COLUMNS."""
    return [
        (
            state.id,
            spell.id,
            state.fact.kind,
            state.fact.value,
            state.fact.text,
            state.fact.at,
            state.heard_at,
            state.receipt,
        )
        for state in spell.facts.values()
    ]


def _write_facts(ledger: Ledger, refolded: set[UUID]) -> None:
    if refolded:
        ReadinessFact.objects.filter(spell__in=list(refolded)).delete()
    rows = (row for spell in ledger.spells.values() for row in fact_rows(spell))
    bulk.insert(ReadinessFact, FACT_COLUMNS, rows)

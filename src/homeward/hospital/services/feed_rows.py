"""Between feed tables and the ledger: load what a group touches, write back what changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

from django.db.models import ProtectedError

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
# What is loaded and compared: a row and all that is derived from its state.
PERSON_ROW = (*PERSON_COLUMNS, "search_name")
SPELL_ROW = (*SPELL_COLUMNS, "site", "ward", "room", "bed")
STAY_ROW = ("id", *STAY_COLUMNS)
FACT_COLUMNS = ("id", "spell_id", "kind", "value", "text", "at", "heard_at", "receipt")
Row = tuple[Any, ...]
SEARCH_NAME_LENGTH = 250

_state_of_person = attrgetter(*PERSON_STATE)
_state_of_spell = attrgetter(*SPELL_STATE)
_number_of_stay = itemgetter(STAY_ROW.index("number"))
_CLASS = SPELL_STATE.index("patient_class")
_LEAVES = SPELL_STATE.index("leaves")


@dataclass(slots=True)
class Before:
    """Rows as they were when loaded, so that only what changed is written."""

    people: dict[UUID, Row] = field(default_factory=dict)
    spells: dict[UUID, Row] = field(default_factory=dict)
    stays: dict[UUID, list[Row]] = field(default_factory=dict)
    # person -> (authority, value) -> kind
    identifiers: dict[UUID, dict[tuple[str, str], str]] = field(default_factory=dict)

    def add(self, other: "Before") -> None:
        """Take in what was loaded later."""
        self.people.update(other.people)
        self.spells.update(other.spells)
        self.stays.update(other.stays)
        self.identifiers.update(other.identifiers)


def load(
    organisation: UUID, people: Iterable[UUID], spells: Iterable[UUID]
) -> tuple[Ledger, Before]:
    """Everyone in the clusters of these people and of these spells' owners.

    Six queries at most: two when everybody is new.
    """
    wanted = set(people)
    wanted.update(key for (key,) in bulk.select(Spell, ("person_id",), "id", set(spells)))
    found = bulk.select(Person, ("cluster", "organisation_id"), "id", wanted)
    clusters = {cluster for cluster, owner in found if owner == organisation}
    ledger, before = Ledger(), Before()
    for row in bulk.select(Person, PERSON_ROW, "cluster", clusters):
        person = PersonState(*row[: len(PERSON_STATE)])
        ledger.people[person.id] = person
        before.people[person.id] = row
    _load_identifiers(ledger, before)
    _load_spells(ledger, before)
    return ledger, before


def _load_identifiers(ledger: Ledger, before: Before) -> None:
    columns = ("person_id", "authority", "value", "kind")
    for key, authority, value, kind in bulk.select(
        PersonIdentifier, columns, "person_id", ledger.people
    ):
        ledger.people[key].identifiers[(authority, value)] = kind
        before.identifiers.setdefault(key, {})[(authority, value)] = kind


def _load_spells(ledger: Ledger, before: Before) -> None:
    for row in bulk.select(Spell, SPELL_ROW, "person_id", ledger.people):
        spell = SpellState(*row[: len(SPELL_COLUMNS)])
        # A list of its own: what was loaded must not change with it.
        spell.leaves = [list(each) for each in spell.leaves]
        ledger.spells[spell.id] = spell
        before.spells[spell.id] = row
    stays = bulk.select(BedStay, STAY_ROW, "spell_id", ledger.spells)
    for row in sorted(stays, key=_number_of_stay):
        _, key, _, site, ward, room, bed, *rest = row
        ledger.spells[key].stays.append(StayState(Place(site, ward, room, bed), *rest))
        before.stays.setdefault(key, []).append(row)


def person_row(person: PersonState) -> Row:
    """A person's columns, in the order of PERSON_COLUMNS, then what is derived."""
    name = folded(f"{person.family_name} {person.given_name}")
    # Folding may make a name longer: "ß" is two letters.
    return (*_state_of_person(person), name[:SEARCH_NAME_LENGTH])


def spell_row(spell: SpellState) -> Row:
    """A spell's columns in the order of SPELL_COLUMNS, then the open stay's place."""
    stay = spell.open_stay
    place = stay.place if stay is not None and spell.status == "open" else Place()
    values = list(_state_of_spell(spell))
    values[_CLASS] = effective_class(spell.patient_class, spell.admission_method).value
    values[_LEAVES] = [list(each) for each in spell.leaves]
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
    bulk.save(
        Person,
        (*PERSON_ROW, "organisation_id"),
        (
            _with_owner(organisation, before.people.get(key), person_row(person))
            for key, person in ledger.people.items()
        ),
    )


def _with_owner(organisation: UUID, had: Row | None, row: Row) -> tuple[Row | None, Row]:
    return (*had, organisation) if had is not None else None, (*row, organisation)


def _write_identifiers(ledger: Ledger, before: Before) -> None:
    changes: list[tuple[Row | None, Row]] = []
    for key, person in ledger.people.items():
        had = before.identifiers.get(key, {})
        for name, kind in person.identifiers.items():
            was = had.get(name)
            if was != kind:
                row = (identifier_key(key, *name), key, *name)
                changes.append(((*row, was) if was is not None else None, (*row, kind)))
    bulk.save(PersonIdentifier, ("id", "person_id", "authority", "value", "kind"), changes)
    for key, had in before.identifiers.items():
        gone = had.keys() - ledger.people[key].identifiers.keys() if key in ledger.people else ()
        for authority, value in gone:
            PersonIdentifier.objects.filter(pk=identifier_key(key, authority, value)).delete()


def _write_spells(organisation: UUID, ledger: Ledger, before: Before) -> None:
    bulk.save(
        Spell,
        (*SPELL_ROW, "organisation_id"),
        (
            _with_owner(organisation, before.spells.get(key), spell_row(spell))
            for key, spell in ledger.spells.items()
        ),
    )


def _write_stays(ledger: Ledger, before: Before) -> None:
    changes: list[tuple[Row | None, Row]] = []
    for key, spell in ledger.spells.items():
        had = before.stays.get(key, [])
        rows = stay_rows(spell)
        if len(had) > len(rows):
            # First: a stay that is gone may have been the open one.
            BedStay.objects.filter(spell=key, number__gte=len(rows)).delete()
        changes += [(old, (old[0], *row)) for old, row in zip(had, rows, strict=False)]
        changes += [(None, (stay_key(key, row[1]), *row)) for row in rows[len(had) :]]
    bulk.save(BedStay, STAY_ROW, changes)


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

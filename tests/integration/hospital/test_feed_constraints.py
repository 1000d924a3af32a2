"""What the database itself refuses of people, spells and bed stays."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from homeward.core.domain.roles import Role
from homeward.hospital.models import BedStay, BreakGlass, CensusMatch, Person, Spell
from tests.factories import make_organisation, make_user
from tests.factories_hospital import (
    NOON,
    make_identifier,
    make_inpatient,
    make_person,
    make_spell,
    make_stay,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return make_organisation("ZT1")


@pytest.fixture
def person(organisation):
    return make_person(organisation)


@pytest.fixture
def spell(person):
    return make_spell(person)


def refused(name: str) -> pytest.RaisesExc[IntegrityError]:
    """SQLite names the columns of a broken unique constraint, PostgreSQL the constraint."""
    return pytest.raises(IntegrityError, match=name)


def test_a_person_merged_into_themselves(person):
    with refused("hospital_person_not_merged_into_itself"), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(merged_into=person.pk)


def test_one_identifier_twice(person):
    make_identifier(person, "NHS", "9434765919")
    with refused("hospital_one_identifier_once|UNIQUE|pkey"), transaction.atomic():
        make_identifier(person, "NHS", "9434765919")


def test_one_identifier_twice_under_another_key(person):
    identifier = make_identifier(person, "NHS", "9434765919")
    other = make_identifier(person, "NHS", "9449305552")
    other.value = identifier.value
    with refused("hospital_one_identifier_once|UNIQUE"), transaction.atomic():
        other.save()


def test_two_spells_under_one_visit_number(organisation, spell):
    other = make_spell(make_person(organisation))
    with refused("hospital_one_spell_a_visit_number|UNIQUE"), transaction.atomic():
        Spell.objects.filter(pk=other.pk).update(visit_number=spell.visit_number)


def test_another_organisation_may_use_the_same_visit_number(spell):
    make_spell(make_person(make_organisation("ZT2")), visit_number=spell.visit_number)


def test_a_closed_spell_without_its_discharge(person):
    with refused("hospital_closed_spell_has_its_discharge"), transaction.atomic():
        make_spell(person, status="closed")


def test_an_open_spell_with_a_discharge(person):
    with refused("hospital_open_spell_has_no_discharge"), transaction.atomic():
        make_spell(person, discharged_at=NOON)


@pytest.mark.parametrize("status", ["open", "closed"])
def test_a_spell_that_began_without_its_admission(person, status):
    left = NOON if status == "closed" else None
    with refused("hospital_started_spell_has_its_admission"), transaction.atomic():
        make_spell(
            person, status=status, admitted_at=None, admitted_heard_at=None, discharged_at=left
        )


def test_a_planned_spell_needs_no_admission(person):
    make_spell(person, status="planned", admitted_at=None, admitted_heard_at=None)


def test_two_bed_stays_of_one_number(spell):
    make_stay(spell, 1, ended_at=NOON)
    stay = make_stay(spell, 2)
    with refused("hospital_bed_stays_are_numbered|UNIQUE"), transaction.atomic():
        BedStay.objects.filter(pk=stay.pk).update(number=1)


def test_two_open_bed_stays_of_one_spell(spell):
    make_stay(spell, 1)
    with refused("hospital_one_open_bed_stay_a_spell|UNIQUE"), transaction.atomic():
        make_stay(spell, 2)


def test_two_people_may_be_said_to_lie_in_one_bed(organisation):
    make_inpatient(organisation, ward="ASH", bed="1")
    make_inpatient(organisation, ward="ASH", bed="1")


def test_a_bed_stay_that_ends_before_it_starts(spell):
    ended = spell.admitted_at - timedelta(seconds=1)
    with refused("hospital_bed_stay_ends_after_it_starts"), transaction.atomic():
        make_stay(spell, 1, ended_at=ended)


def test_a_bed_stay_of_no_length_is_allowed(spell):
    make_stay(spell, 1, ended_at=spell.admitted_at)


def test_a_spell_of_nobody(spell):
    # Checked at the end of a unit of work: within one, a person may come after their spell.
    with pytest.raises(IntegrityError), transaction.atomic():
        give_to_nobody(spell)


def give_to_nobody(spell):
    Spell.objects.filter(pk=spell.pk).update(person=uuid4())
    connection.check_constraints()


class TestBreakGlass:
    @pytest.fixture
    def look(self, person):
        user = make_user(Role.WARD_NURSE, person.organisation)

        def make(**fields):
            values = {"reason": "in theatre", "by": user, "at": NOON} | fields
            return BreakGlass.objects.create(
                person=person,
                organisation=person.organisation,
                expires_at=NOON + timedelta(hours=1),
                **values,
            )

        return make

    def test_it_says_why(self, look):
        with refused("hospital_break_glass_says_why"), transaction.atomic():
            look(reason="")

    def test_a_review_has_a_time_and_a_name(self, look):
        with (
            refused("hospital_break_glass_reviewed_at_and_by_together"),
            transaction.atomic(),
        ):
            look(reviewed_at=NOON)

    def test_it_keeps_its_person(self, look):
        typed = look()
        with pytest.raises(ProtectedError):
            typed.person.delete()


def test_a_census_that_agrees_on_more_than_all(organisation):
    with refused("hospital_census_agrees_on_part_of_all"), transaction.atomic():
        CensusMatch.objects.create(
            organisation=organisation, at=NOON, compared_at=NOON, agreed=3, total=2
        )


def test_a_birth_in_1900_and_a_stay_of_99_years(organisation):
    spell = make_inpatient(organisation, days=99 * 365, person={"birth_date": date(1900, 1, 1)})
    spell.refresh_from_db()
    spell.person.refresh_from_db()
    assert spell.person.birth_date == date(1900, 1, 1)
    assert (NOON - spell.admitted_at).days == 99 * 365

"""Who is ready to leave now, and since when."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from homeward.core.models import Organisation, User
from homeward.hospital.domain.length_of_stay import london_date
from homeward.hospital.domain.readiness import CRITERIA, READY_DATE, readiness
from homeward.hospital.models import ReadinessFact, Spell
from homeward.hospital.queries.ready import ready_now
from tests.factories_hospital import NOON, make_fact, make_inpatient
from tests.integration.hospital.pages import LIST, doors_in, names, text_of

DAY = timedelta(days=1)
# Each fact: kind letter (c criteria, d ready date), value, days before today.
HISTORIES = [
    "c no 4",
    "c NO 4",
    "c yes 4",
    "c no 9, c yes 6",
    "c no 9, c yes 6, c no 2",
    "c no 9, c no 5, c no 1",
    "d 20261118 3",
    "d 2026-11-18 3",
    "c no 3, d 20261115 2",
    "d 20261115 5, c no 2",
    "d 20261115 5, c yes 4, c no 2",
    "d 20261110 9, d 20261120 1",
    "d 20261201 1",
    "d nonsense 1",
    "c maybe 1",
    "c no 5, c maybe 1",
    "c no 5, d nonsense 1",
]


def tell(spell: Spell, history: str) -> None:
    kinds = {"c": CRITERIA, "d": READY_DATE}
    for fact in history.split(", "):
        kind, value, days = fact.split()
        make_fact(spell, value, NOON - int(days) * DAY, kind=kinds[kind])


@pytest.mark.parametrize("history", HISTORIES)
def test_the_query_agrees_with_the_rule(
    trust: Organisation, coordinator: User, history: str
) -> None:
    spell = make_inpatient(trust)
    tell(spell, history)
    told = readiness(ReadinessFact.objects.values_list("kind", "value", "at"))
    ready = told.days_ready(on=london_date(NOON)) is not None
    found = ready_now(user=coordinator, at=NOON)
    assert [row.readiness for row in found] == ([told] if ready else [])


def test_of_two_facts_of_one_moment_the_later_message_counts(
    trust: Organisation, coordinator: User
) -> None:
    ready, not_ready = make_inpatient(trust), make_inpatient(trust)
    for spell, values in ((ready, ("yes", "no")), (not_ready, ("no", "yes"))):
        for value in values:
            make_fact(spell, value)
    assert [row.spell for row in ready_now(user=coordinator, at=NOON)] == [ready.pk]


def test_whoever_died_left_or_is_no_inpatient_is_not_ready(
    trust: Organisation, coordinator: User
) -> None:
    make_fact(make_inpatient(trust, person={"died": True}))
    make_fact(make_inpatient(trust, patient_class="emergency"))
    make_fact(make_inpatient(trust, status="closed", discharged_at=NOON))
    assert ready_now(user=coordinator, at=NOON) == []


def test_a_stranger_finds_nobody_ready(trust: Organisation, stranger: User) -> None:
    make_fact(make_inpatient(trust))
    assert ready_now(user=stranger, at=NOON) == []


def test_a_new_day_is_asked_anew(trust: Organisation, coordinator: User) -> None:
    make_fact(make_inpatient(trust), "20261123", kind=READY_DATE)
    assert ready_now(user=coordinator, at=NOON) == []
    assert len(ready_now(user=coordinator, at=NOON + DAY)) == 1


def test_longest_ready_comes_first_then_longest_in_hospital(
    desk: Client, trust: Organisation
) -> None:
    make_inpatient(trust, days=40, person={"family_name": "Long"})
    tell(make_inpatient(trust, days=9, person={"family_name": "Five"}), "c no 5")
    tell(make_inpatient(trust, days=3, person={"family_name": "Today"}), "c no 0")
    make_inpatient(trust, days=50, person={"family_name": "Longest"})
    tell(make_inpatient(trust, days=12, person={"family_name": "Six"}), "d 20261116 2")
    assert names(desk) == ["SIX", "FIVE", "TODAY", "LONGEST", "LONG"]
    assert names(desk, "?show=ready") == ["SIX", "FIVE", "TODAY"]
    assert names(desk, "?sort=days") == ["LONGEST", "LONG", "SIX", "FIVE", "TODAY"]
    page = text_of(desk.get(LIST))
    for words in ("Ready 6 days", "Ready 5 days", "Ready today"):
        assert words in page


def test_the_door_counts_them_under_the_place_chosen(desk: Client, trust: Organisation) -> None:
    make_fact(make_inpatient(trust, ward="ASH"))
    make_fact(make_inpatient(trust, ward="OAK"))
    make_inpatient(trust, ward="OAK")
    (door,) = [door for door in doors_in(desk.get(f"{LIST}?ward=OAK")) if "ready" in door[2]]
    assert door == ("/list/?ward=OAK&show=ready", 1, "ready to leave")


def test_the_person_page_says_for_how_long(desk: Client, trust: Organisation) -> None:
    spell = make_inpatient(trust)
    tell(spell, "c no 4")
    assert "Ready for 4 days." in text_of(desk.get(f"/people/{spell.person_id}/"))


def test_a_date_to_come_is_said_and_not_counted(desk: Client, trust: Organisation) -> None:
    spell = make_inpatient(trust)
    tell(spell, "d 20261127 1")
    assert "Ready from Fri 27 Nov." in text_of(desk.get(f"/people/{spell.person_id}/"))
    assert names(desk, "?show=ready") == []


def test_the_number_of_queries_does_not_grow_with_those_who_are_ready(
    desk: Client, trust: Organisation
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(LIST)
        return len(captured)

    make_fact(make_inpatient(trust))
    desk.get(LIST)
    few = queries()
    for _ in range(60):
        make_fact(make_inpatient(trust))
    assert queries() == few


def test_a_fact_far_back_counts(trust: Organisation, coordinator: User) -> None:
    make_fact(make_inpatient(trust, days=400), at=datetime(2025, 12, 1, tzinfo=UTC))
    (row,) = ready_now(user=coordinator, at=NOON)
    assert row.readiness.days_ready(on=london_date(NOON)) == 356

"""The page about one person."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from homeward.core.domain.roles import Role
from homeward.core.models import AuditEvent, Organisation, User
from homeward.hospital.models import ReadinessFact, Spell
from tests.factories import make_user
from tests.factories_hospital import (
    NOON,
    make_identifier,
    make_inpatient,
    make_person,
    make_spell,
    make_stay,
)
from tests.integration.hospital.pages import text_of


@pytest.fixture
def spell(trust: Organisation) -> Spell:
    return make_inpatient(
        trust,
        days=12,
        room="B2",
        bed="4",
        expected_discharge_at=NOON + timedelta(days=1, hours=2),
        person={"family_name": "Jones", "given_name": "Ada"},
    )


def page_of(client: Client, spell: Spell) -> str:
    return text_of(client.get(f"/people/{spell.person_id}/"))


def test_one_sentence_from_the_facts_heads_the_page(desk: Client, spell: Spell) -> None:
    page = page_of(desk, spell)
    assert "JONES, Ada" in page
    assert "In hospital for 12 days, on ASH, B2 bed 4. Expected to leave tomorrow 14:00." in page


def test_identifiers_are_shown_as_sent_valid_or_not(desk: Client, spell: Spell) -> None:
    make_identifier(spell.person, "NHS", "9990000019", "NH")
    make_identifier(spell.person, "NHS", "9434765919", "NH")
    page = page_of(desk, spell)
    assert "Fails the check digit, not used" in page
    assert "Check digit right" in page


def test_movements_say_when_we_heard_and_what_nobody_announced(desk: Client, spell: Spell) -> None:
    spell.bed_stays.all().delete()
    moved = spell.admitted_at + timedelta(hours=5)  # type: ignore[operator]
    make_stay(spell, 1, ward="ED", room="", bed="C4", ended_at=moved)
    make_stay(
        spell, 2, started_at=moved, started_heard_at=moved + timedelta(hours=3), inferred=True
    )
    page = page_of(desk, spell)
    assert "ED, bed C4" in page
    assert "heard 3 hours later" in page
    assert "Nobody announced this move" in page


def test_readiness_facts_name_their_message(desk: Client, spell: Spell) -> None:
    ReadinessFact.objects.create(
        id=uuid4(),
        spell=spell,
        kind="discharge_ready_date",
        value="2026-11-19",
        at=NOON,
        heard_at=NOON,
        receipt=88,
    )
    page = page_of(desk, spell)
    assert "Ready for 3 days." in page
    assert "message 88" in page


def test_a_merged_record_leads_to_the_one_that_stands(
    desk: Client, trust: Organisation, spell: Spell
) -> None:
    old = make_person(trust, local_id="OLD1", family_name="Jonse", merged_into=spell.person)
    response = desk.get(f"/people/{old.pk}/", follow=True)
    assert response.redirect_chain == [(f"/people/{spell.person_id}/", 302)]
    assert "Also known as" in text_of(response)
    assert "OLD1" in text_of(response)


def test_two_open_visits_are_something_to_look_at(
    desk: Client, trust: Organisation, spell: Spell
) -> None:
    make_spell(spell.person, visit_number="V2")
    assert "are both open" in page_of(desk, spell)


def test_opening_the_page_is_audited_and_shown_on_it(
    desk: Client, coordinator: User, spell: Spell
) -> None:
    page = page_of(desk, spell)
    event = AuditEvent.objects.get(action="person.viewed")
    assert (event.by, event.subjects) == (coordinator, [str(spell.person_id)])
    assert str(coordinator) in page
    assert "Person viewed" in page


def test_a_stranger_does_not_find_the_person(client: Client, stranger: User, spell: Spell) -> None:
    client.force_login(stranger)
    assert client.get(f"/people/{spell.person_id}/").status_code == 404
    assert client.get(f"/people/{uuid4()}/").status_code == 404
    assert not AuditEvent.objects.filter(action="person.viewed").exists()


def test_signed_out_readers_go_to_sign_in(client: Client, spell: Spell) -> None:
    assert client.get(f"/people/{spell.person_id}/").status_code == 302


def test_only_those_who_may_see_messages_get_the_link(
    client: Client, trust: Organisation, spell: Spell, coordinator: User
) -> None:
    link = f"/messages/?person={spell.person_id}"
    client.force_login(coordinator)
    assert link not in page_of(client, spell)
    client.force_login(make_user(Role.INTEGRATION_ENGINEER, trust))
    assert link in page_of(client, spell)


def test_a_person_without_any_visit_is_shown(desk: Client, trust: Organisation) -> None:
    person = make_person(trust, birth_date=None, sex="", nhs_number="")
    page = text_of(desk.get(f"/people/{person.pk}/"))
    assert "No visit is known." in page
    assert "Not in hospital." in page


def test_names_are_escaped(desk: Client, trust: Organisation) -> None:
    spell = make_inpatient(trust, person={"family_name": "<script>alert(1)</script>"})
    raw = desk.get(f"/people/{spell.person_id}/").content.decode()
    assert "<script>alert" not in raw.casefold()


def test_the_number_of_queries_does_not_grow_with_visits(
    desk: Client, trust: Organisation, spell: Spell
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(desk, spell)
        return len(captured)

    page_of(desk, spell)
    few = queries()
    for number in range(10):
        visit = make_spell(
            spell.person, days=100 + number, status="closed", discharged_at=NOON, bed=""
        )
        make_stay(visit)
    assert queries() == few

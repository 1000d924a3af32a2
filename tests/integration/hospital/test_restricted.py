"""Restricted people: the bed is shown, the person is not, and asking why is kept."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from homeward.core.domain.roles import Role
from homeward.core.models import AuditEvent, Organisation, User
from homeward.hospital.models import BreakGlass, Person, Spell
from homeward.hospital.queries.scope import sight_of
from homeward.hospital.services import break_glass
from tests.factories import make_user
from tests.factories_hospital import NOON, make_identifier, make_inpatient
from tests.integration.hospital.pages import LIST, names, names_in, seen_in, text_of
from tests.support.clock import Clock

REASON = "She is moving to my ward tonight"


@pytest.fixture
def secret(trust: Organisation) -> Spell:
    spell = make_inpatient(
        trust,
        days=20,
        bed="09",
        visit_number="V666",
        consultant_name="Dr Osei",
        person={
            "family_name": "Secret",
            "given_name": "Zelda",
            "nhs_number": "9990000018",
            "local_id": "H666",
            "restricted": True,
        },
    )
    make_identifier(spell.person, "NHS", "9990000018", "NH")
    return spell


def test_the_bed_is_shown_and_the_person_is_not(desk: Client, secret: Spell) -> None:
    page = text_of(desk.get(LIST))
    assert "bed 09" in page
    assert "20 days" in page
    assert names(desk) == ["Restricted person"]
    for told in ("SECRET", "Zelda", "999 000 0018", "9990000018", "H666", "82, female"):
        assert told not in page, told


@pytest.mark.parametrize(
    "search", ["secret", "zelda", "9990000018", "999 000 0018", "H666", "V666", "restricted"]
)
def test_no_search_tells_that_they_are_here(desk: Client, secret: Spell, search: str) -> None:
    assert names_in(desk.get(LIST, {"q": search})) == []


def test_their_place_among_the_names_does_not_give_the_name_away(
    desk: Client, trust: Organisation, secret: Spell
) -> None:
    make_inpatient(trust, person={"family_name": "Alpha"})
    make_inpatient(trust, person={"family_name": "Zulu"})
    assert names(desk, "?sort=name") == ["ALPHA", "ZULU", "Restricted person"]


def test_their_own_ward_sees_the_name(client: Client, nurse: User, secret: Spell) -> None:
    client.force_login(nurse)
    assert names(client) == ["SECRET"]
    assert names_in(client.get(LIST, {"q": "secret"})) == ["SECRET"]


@pytest.mark.parametrize(("ward", "site"), [("OAK", "ZT101"), ("ASH", "ZT102"), ("ASH", "")])
def test_another_ward_does_not(
    client: Client, trust: Organisation, secret: Spell, ward: str, site: str
) -> None:
    client.force_login(make_user(Role.WARD_NURSE, trust, ward=ward, site=site))
    assert names(client) == ["Restricted person"]


def test_a_masked_row_is_no_view_of_the_person(desk: Client, secret: Spell) -> None:
    desk.get(LIST)
    assert AuditEvent.objects.get(action="list.viewed").subjects == []


def test_opening_their_page_asks_why(desk: Client, secret: Spell) -> None:
    response = desk.get(f"/people/{secret.person_id}/", follow=True)
    page = text_of(response)
    assert "This record is restricted" in page
    assert "Secret" not in page
    assert "H666" not in page
    assert not AuditEvent.objects.filter(action="person.viewed").exists()


@pytest.mark.parametrize("reason", ["", "   ", "too short"])
def test_a_reason_is_needed(desk: Client, secret: Spell, reason: str) -> None:
    response = desk.post(f"/people/{secret.person_id}/break-glass/", {"reason": reason})
    assert response.status_code == 422
    assert "There is a problem" in text_of(response)
    assert not BreakGlass.objects.exists()


def test_with_a_reason_the_record_opens_for_an_hour_for_that_reader_alone(
    desk: Client, trust: Organisation, coordinator: User, secret: Spell, clock: Clock
) -> None:
    page = desk.post(f"/people/{secret.person_id}/break-glass/", {"reason": REASON}, follow=True)
    assert "SECRET, Zelda" in text_of(page)
    assert names(desk) == ["SECRET"]
    other = make_user(Role.DISCHARGE_COORDINATOR, trust)
    assert not sight_of(user=other, at=NOON).opened
    clock.forward(minutes=60)
    desk.force_login(coordinator)
    assert names(desk) == ["Restricted person"]
    event = AuditEvent.objects.get(action="break_glass.opened")
    assert (event.by, event.subjects) == (coordinator, [str(secret.person_id)])


def test_a_refresh_audits_someone_unmasked_meanwhile(
    desk: Client, coordinator: User, secret: Spell
) -> None:
    seen = seen_in(desk.get(LIST))
    break_glass.open_record(person=secret.person_id, reason=REASON, by=coordinator, at=NOON)
    desk.get("/list/rows/", {"seen": seen})
    newest = AuditEvent.objects.filter(action="list.viewed").order_by("-id")[0]
    assert newest.subjects == [str(secret.person_id)]


def test_a_role_without_break_glass_cannot_open(
    client: Client, trust: Organisation, secret: Spell
) -> None:
    client.force_login(make_user(Role.ANALYST, trust))
    address = f"/people/{secret.person_id}/break-glass/"
    assert "Your role cannot open it" in text_of(client.get(address))
    assert client.post(address, {"reason": REASON}).status_code == 422
    assert not BreakGlass.objects.exists()


def test_a_stranger_is_not_even_asked(client: Client, stranger: User, secret: Spell) -> None:
    client.force_login(stranger)
    for address in (f"/people/{secret.person_id}/", f"/people/{secret.person_id}/break-glass/"):
        assert client.get(address).status_code == 404


def test_the_service_hides_another_organisations_person(stranger: User, secret: Spell) -> None:
    with pytest.raises(Person.DoesNotExist):
        break_glass.open_record(person=secret.person_id, reason=REASON, by=stranger, at=NOON)


def test_a_reviewer_reads_who_and_why_and_writes_a_note(
    client: Client, trust: Organisation, coordinator: User, secret: Spell
) -> None:
    opened = break_glass.open_record(
        person=secret.person_id, reason=REASON, by=coordinator, at=NOON
    )
    reviewer = make_user(Role.PRIVACY_OFFICER, trust)
    client.force_login(reviewer)
    page = text_of(client.get("/break-glass/"))
    assert REASON in page
    assert "SECRET" not in page
    assert client.post(f"/break-glass/{opened.pk}/", {"note": ""}).status_code == 422
    client.post(f"/break-glass/{opened.pk}/", {"note": "Right to do so"})
    opened.refresh_from_db()
    assert (opened.reviewed_by, opened.review_note) == (reviewer, "Right to do so")
    again = client.post(f"/break-glass/{opened.pk}/", {"note": "Changed my mind"})
    assert again.status_code == 422
    assert "reviewed already" in text_of(again)


def test_an_administrator_reviews_without_seeing_the_hospital_number(
    client: Client, trust: Organisation, coordinator: User, secret: Spell
) -> None:
    break_glass.open_record(person=secret.person_id, reason=REASON, by=coordinator, at=NOON)
    client.force_login(make_user(Role.ADMINISTRATOR, trust))
    page = text_of(client.get("/break-glass/"))
    assert REASON in page
    assert "H666" not in page


def test_nobody_reviews_their_own(trust: Organisation, secret: Spell) -> None:
    opened = break_glass.open_record(
        person=secret.person_id,
        reason=REASON,
        by=make_user(Role.WARD_NURSE, trust),
        at=NOON,
    )
    reviewer = make_user(Role.PRIVACY_OFFICER, trust)
    opened.by = reviewer
    opened.save()
    with pytest.raises(break_glass.MayNotOpen):
        break_glass.review_opening(opening=opened.pk, note="Fine", by=reviewer, at=NOON)


def test_reviews_of_another_organisation_are_not_found(
    client: Client, coordinator: User, secret: Spell, stranger: User
) -> None:
    opened = break_glass.open_record(
        person=secret.person_id, reason=REASON, by=coordinator, at=NOON
    )
    foreign = make_user(Role.PRIVACY_OFFICER, stranger.acting.organisation)  # type: ignore[union-attr]
    client.force_login(foreign)
    assert REASON not in text_of(client.get("/break-glass/"))
    assert client.get(f"/break-glass/{opened.pk}/").status_code == 404
    assert client.get(f"/break-glass/{uuid4()}/").status_code == 404


def test_a_nurse_may_not_review(client: Client, nurse: User) -> None:
    client.force_login(nurse)
    assert client.get("/break-glass/").status_code == 403


def test_the_database_refuses_break_glass_without_a_reason(
    trust: Organisation, coordinator: User, secret: Spell
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.create(
            person=secret.person,
            organisation=trust,
            reason="",
            by=coordinator,
            at=NOON,
            expires_at=NOON,
        )


def test_the_database_refuses_a_review_without_a_reviewer(
    trust: Organisation, coordinator: User, secret: Spell
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.create(
            person=secret.person,
            organisation=trust,
            reason=REASON,
            by=coordinator,
            at=NOON,
            expires_at=NOON,
            reviewed_at=NOON,
        )

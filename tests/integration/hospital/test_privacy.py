"""Nothing sent to whoever may not know a restricted person tells who it is.

Not their name, numbers, age or sex, and not our keys of them: these are made from the hospital
number, so that whoever knows the number could find the person's bed by the key.
"""

import html
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.test import Client, override_settings

from homeward.core.domain.roles import Role
from homeward.core.models import AuditEvent, Organisation, User
from homeward.hospital.models import BreakGlass, Spell
from homeward.hospital.queries.handles import alias_of
from tests.factories import make_user
from tests.factories_hospital import make_identifier, make_inpatient, make_person, make_ward
from tests.integration.hospital.pages import LIST, people_in, text_of

REASON = "She is moving to my ward tonight"
ASH = "/wards/ZT101/ASH/"
PAGES = (
    LIST,
    "/list/rows/",
    f"{LIST}?sort=name",
    f"{LIST}?show=ready",
    f"{LIST}?kind=left",
    f"{LIST}?q=zelda",
    "/list/export.csv",
    "/list/export.xlsx",
    "/list/census/",
    "/wards/",
    ASH,
    f"{ASH}beds/",
    f"{ASH}?wall=1",
    f"{ASH}beds/?wall=1",
)


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
    make_inpatient(trust, person={"family_name": "Open", "birth_date": None, "sex": ""})
    return spell


def told_of(spell: Spell) -> Iterator[str]:
    """Everything that would give the person away."""
    for key in (spell.pk, spell.person_id):
        yield from (str(key), key.hex, str(key).upper())
    yield from ("Secret", "SECRET", "Zelda", "9990000018", "999 000 0018", "H666", "V666")
    yield from ("82, female", "1944-05-12", "Osei")


def assert_silent(text: str, spell: Spell) -> None:
    found = [told for told in told_of(spell) if told in html.unescape(text)]
    assert found == []


def unpacked(content: bytes) -> str:
    """What an Excel book or a text holds."""
    import io
    import zipfile

    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


@pytest.mark.parametrize("address", PAGES)
def test_no_page_or_file_tells_who_it_is(desk: Client, secret: Spell, address: str) -> None:
    response = desk.get(address)
    assert response.status_code == 200
    assert_silent(unpacked(response.content).replace(address, ""), secret)


def test_the_downtime_pack_does_not_tell_who_it_is(
    trust: Organisation, secret: Spell, tmp_path: Path
) -> None:
    make_ward(trust, beds="08 09")
    call_command("downtime_pack", tmp_path / "pack", org="ZT1")
    pages = "".join(file.read_text() for file in (tmp_path / "pack").iterdir())
    assert "Restricted person" in pages
    assert_silent(pages, secret)


def test_a_masked_row_leads_to_the_question_why(desk: Client, secret: Spell) -> None:
    (href,) = [h for h in people_in(desk.get(LIST)) if h.startswith("/restricted/")]
    assert len(href.strip("/").split("/")[1]) >= 16
    page = text_of(desk.get(href))
    assert "This record is restricted" in page
    assert_silent(page, secret)
    assert not AuditEvent.objects.filter(action="person.viewed").exists()


@pytest.mark.parametrize("reason", ["", "too short"])
def test_the_question_is_asked_again_until_it_is_answered(
    desk: Client, secret: Spell, reason: str
) -> None:
    response = desk.post(handle_of(secret), {"reason": reason})
    assert response.status_code == 422
    assert_silent(text_of(response), secret)
    assert not BreakGlass.objects.exists()


def test_with_a_reason_it_leads_on_to_the_person(desk: Client, secret: Spell) -> None:
    response = desk.post(handle_of(secret), {"reason": REASON}, follow=True)
    assert "SECRET, Zelda" in text_of(response)
    assert desk.get(handle_of(secret)).status_code == 302


def test_a_handle_finds_restricted_people_of_the_own_organisation_alone(
    client: Client, desk: Client, trust: Organisation, stranger: User, secret: Spell
) -> None:
    plain = make_person(trust)
    merged = make_person(trust, restricted=True, merged_into=secret.person)
    for key in (plain.pk, merged.pk):
        assert desk.get(f"/restricted/{alias_of(key).hex}/").status_code == 404
    for nonsense in (secret.person_id.hex, str(secret.person_id), "x", "é", "0" * 32):
        assert desk.get(f"/restricted/{nonsense}/").status_code == 404
    client.force_login(stranger)
    assert client.get(handle_of(secret)).status_code == 404


def test_a_handle_needs_a_signed_in_reader_who_may_see_people(
    client: Client, trust: Organisation, secret: Spell
) -> None:
    assert client.get(handle_of(secret)).status_code == 302
    client.force_login(make_user(Role.ADMINISTRATOR, trust))
    assert client.get(handle_of(secret)).status_code == 403


def test_a_handle_cannot_be_made_without_the_secret_key(secret: Spell) -> None:
    ours = alias_of(secret.person_id)
    with override_settings(SECRET_KEY="somebody else's"):
        assert alias_of(secret.person_id) != ours
    assert alias_of(secret.pk) != ours
    assert alias_of(UUID(int=secret.person_id.int)) == ours


def handle_of(spell: Spell) -> str:
    return f"/restricted/{alias_of(spell.person_id).hex}/"

"""The list as a file."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from homeward.core.domain.roles import Role
from homeward.core.models import AuditEvent, Organisation, User
from tests.factories import make_user
from tests.factories_hospital import make_inpatient

CSV = "/list/export.csv"
EXCEL = "/list/export.xlsx"


def csv_rows(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def excel_rows(response: Any) -> list[dict[str, Any]]:
    head, *body = load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def test_the_file_holds_what_the_filter_finds(desk: Client, trust: Organisation) -> None:
    make_inpatient(trust, days=9, ward="ASH", person={"family_name": "Şahin"})
    make_inpatient(trust, ward="OAK")
    rows = csv_rows(desk.get(f"{CSV}?ward=ASH"))
    assert [(row["Family name"], row["Ward"], row["Days in hospital"]) for row in rows] == [
        ("Şahin", "ASH", "9")
    ]
    (row,) = excel_rows(desk.get(f"{EXCEL}?ward=ASH"))
    assert (row["Family name"], row["Days in hospital"], row["Age"]) == ("Şahin", 9, 82)


def test_the_file_holds_every_page(desk: Client, trust: Organisation) -> None:
    for _ in range(60):
        make_inpatient(trust)
    assert len(csv_rows(desk.get(f"{CSV}?page=2"))) == 60


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_nothing_in_it_runs_as_a_formula(desk: Client, trust: Organisation, start: str) -> None:
    make_inpatient(trust, person={"given_name": start})
    assert csv_rows(desk.get(CSV))[0]["Given name"].startswith("'")
    sheet = load_workbook(io.BytesIO(desk.get(EXCEL).content)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_control_characters_do_not_break_excel(desk: Client, trust: Organisation) -> None:
    make_inpatient(trust, person={"family_name": "Jo\x0bnes"})
    assert excel_rows(desk.get(EXCEL))[0]["Family name"] == "Jones"


def test_restricted_people_are_in_it_without_their_identity(
    desk: Client, trust: Organisation
) -> None:
    spell = make_inpatient(
        trust,
        visit_number="V666",
        person={"family_name": "Secret", "local_id": "H666", "restricted": True},
    )
    response = desk.get(CSV)
    text = response.content.decode()
    for told in ("Secret", "H666", "V666", spell.person.nhs_number, "1944-05-12"):
        assert told not in text, told
    assert csv_rows(response)[0]["Family name"] == "Restricted person"


def test_an_export_is_audited_with_everyone_named_in_it(
    desk: Client, trust: Organisation, coordinator: User
) -> None:
    shown = make_inpatient(trust)
    make_inpatient(trust, person={"restricted": True})
    desk.get(f"{EXCEL}?stay=7")
    desk.get(CSV)
    event = AuditEvent.objects.filter(action="list.exported").order_by("-id")[0]
    assert (event.by, event.subjects) == (coordinator, [str(shown.person_id)])
    assert event.detail["rows"] == 2
    first = AuditEvent.objects.filter(action="list.exported").order_by("id")[0]
    assert (first.detail["kind"], first.detail["filter"]) == ("xlsx", "?stay=7")


@pytest.mark.parametrize("address", [CSV, EXCEL])
def test_a_role_without_export_is_refused(
    client: Client, trust: Organisation, address: str
) -> None:
    client.force_login(make_user(Role.WARD_NURSE, trust))
    assert client.get(address).status_code == 403
    assert not AuditEvent.objects.filter(action="list.exported").exists()


@pytest.mark.parametrize("address", [CSV, EXCEL])
def test_a_strangers_file_holds_none_of_our_people(
    client: Client, trust: Organisation, stranger: User, address: str
) -> None:
    make_inpatient(trust)
    client.force_login(stranger)
    response = client.get(address)
    rows = csv_rows(response) if address == CSV else excel_rows(response)
    assert rows == []


def test_signed_out_readers_get_no_file(client: Client, db: None) -> None:
    assert client.get(CSV).status_code == 302

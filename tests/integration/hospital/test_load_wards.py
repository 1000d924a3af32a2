"""The hospital's own list of wards and beds: loaded from a file, and shown."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from homeward.config import cli
from homeward.core.errors import BadInput
from homeward.core.models import AuditEvent, Organisation, User
from homeward.hospital.models import Bed, Ward
from homeward.hospital.queries.places import beds_in_use, names_in, wards_in_use
from homeward.hospital.queries.wards import ward_summaries
from tests.factories import make_organisation
from tests.factories_hospital import NOON, make_inpatient, make_stay, make_ward
from tests.integration.hospital.pages import LIST, text_of
from tests.support.clock import Clock

ASH = "/wards/ZT101/ASH/"
HEAD = "site,ward,name,room,bed\n"
FILE = HEAD + "ZT101,ASH,Ash ward,B1,07\nZT101,ASH,Ash ward,B1,08\nZT101,OAK,Oak ward,,\n"
Load = Callable[..., str]


@pytest.fixture
def load(trust: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Load:
    def loaded(text: str, **options: object) -> str:
        file = tmp_path / "wards.csv"
        file.write_text(text)
        call_command("load_wards", file, org="ZT1", **options)
        return capsys.readouterr().out.strip()

    return loaded


def test_counts_are_printed_and_a_second_run_changes_nothing(load: Load) -> None:
    assert load(FILE) == ("wards=2 wards_added=2 wards_changed=0 beds=2 beds_added=2 beds_closed=0")
    assert load(FILE) == ("wards=2 wards_added=0 wards_changed=0 beds=2 beds_added=0 beds_closed=0")
    assert (Ward.objects.count(), Bed.objects.count()) == (2, 2)
    assert AuditEvent.objects.filter(action="wards.loaded").count() == 2


def test_a_new_name_and_a_bed_that_is_gone_are_taken_over(
    load: Load, trust: Organisation, clock: Clock
) -> None:
    load(FILE)
    clock.forward(days=1)
    out = load(HEAD + "ZT101,ASH,Ash frailty ward,B1,07\nZT101,ASH,Ash frailty ward,B2,09\n")
    assert out == "wards=1 wards_added=0 wards_changed=1 beds=2 beds_added=1 beds_closed=1"
    assert names_in(trust.pk).of("ZT101", "ASH") == "Ash frailty ward"
    today, yesterday = date(2026, 11, 23), date(2026, 11, 22)
    assert {bed[3] for bed in beds_in_use(trust.pk, on=today)} == {"07", "09"}
    assert {bed[3] for bed in beds_in_use(trust.pk, on=yesterday)} == {"07", "08"}
    assert Ward.history.filter(code="ASH").count() == 2  # type: ignore[attr-defined]


def test_a_ward_listed_without_beds_keeps_those_it_has(load: Load, trust: Organisation) -> None:
    load(FILE)
    load(HEAD + "ZT101,ASH,Ash ward,,\n")
    assert len(beds_in_use(trust.pk, on=NOON.date())) == 2


def test_a_complete_list_closes_the_others_and_a_later_one_opens_them(
    load: Load, trust: Organisation
) -> None:
    load(FILE)
    load(HEAD + "ZT101,OAK,Oak ward,,\n", complete=True)
    assert wards_in_use(trust.pk, on=NOON.date()) == {("ZT101", "OAK")}
    load(FILE)
    assert len(wards_in_use(trust.pk, on=NOON.date())) == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("site,name\nZT101,Ash\n", "line 1: no column named ward"),
        (HEAD + "ZT101,,Ash ward,B1,07\n", "line 2: ward: is empty"),
        (HEAD + "ZT101,ASH,,B1,07\n", "line 2: name: is empty"),
        (HEAD + "ZT101,ASH,Ash ward,B1,\n", "line 2: bed: is empty"),
        (FILE + "ZT101,ASH,Ash ward,B1,07\n", "line 5: bed: is on line 2 already"),
        (FILE + "ZT101,OAK,Ash ward,,\n", "line 5: name: ward OAK is called Oak ward further up"),
        (HEAD + f"ZT101,ASH,{'x' * 121},B1,07\n", "line 2: name: String should have at most 120"),
        (HEAD, "has no rows"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_loaded(load: Load, text: str, why: str) -> None:
    with pytest.raises(BadInput, match=r"wards\.csv") as told:
        load(text)
    assert why in str(told.value)
    assert not Ward.objects.exists()


def test_the_command_line_says_it_in_one_line_and_exits_2(
    trust: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "none.csv"
    with pytest.raises(SystemExit) as end:
        cli.main(["load-wards", str(missing), "--org", "ZT1"])
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_names_are_shown_wherever_a_ward_is(desk: Client, trust: Organisation) -> None:
    make_ward(trust, "ASH", name="Ash ward")
    spell = make_inpatient(trust)
    for address in (LIST, "/wards/", ASH, f"{ASH}?wall=1", f"/people/{spell.person_id}/"):
        page = text_of(desk.get(address))
        assert "Ash ward" in page, address
        assert "ASH" in page, address
    assert "Ash ward (ASH)" in text_of(desk.get(LIST))


def test_a_listed_ward_has_exactly_its_beds_and_whoever_is_in_another(
    desk: Client, trust: Organisation
) -> None:
    make_ward(trust, "ASH", beds="07 08")
    gone = make_inpatient(
        trust, bed="09", status="closed", days=9, discharged_at=NOON - timedelta(hours=1)
    )
    left = make_inpatient(
        trust, bed="08", status="closed", days=9, discharged_at=NOON - timedelta(hours=2)
    )
    make_inpatient(trust, bed="77", person={"family_name": "Squeezed"})
    page = text_of(desk.get(ASH))
    assert gone.bed_stays.count() == left.bed_stays.count() == 1
    for words in ("Bed 07", "Bed 08", "since today 10:00", "Bed 77", "SQUEEZED"):
        assert words in page, words
    assert "Bed 09" not in page
    assert page.count("Not on the ward's list of beds") == 1
    assert "1 bed occupied, 2 empty." in page


def test_a_listed_ward_nobody_was_on_is_shown_with_its_empty_beds(
    desk: Client, trust: Organisation, coordinator: User
) -> None:
    make_ward(trust, "NEW", beds="01 02 03")
    (ward,) = ward_summaries(user=coordinator, at=NOON)
    assert (ward.ward, ward.people, ward.empty, ward.is_ward) == ("NEW", 0, 3, True)
    assert "3 empty." in text_of(desk.get("/wards/ZT101/NEW/"))


def test_a_place_mostly_others_use_is_no_ward_but_its_inpatients_are_seen(
    desk: Client, trust: Organisation, coordinator: User
) -> None:
    for _ in range(3):
        make_inpatient(trust, ward="ED", bed="T1", patient_class="emergency", days=0)
    make_inpatient(trust, ward="ED", bed="T2", days=0, person={"family_name": "Waiting"})
    left_trolley = make_inpatient(trust, ward="OAK", bed="01", days=1)
    left_trolley.bed_stays.update(ended_at=NOON)
    make_stay(left_trolley, 2, ward="ED", bed="T9", started_at=NOON)
    oak, ed = sorted(ward_summaries(user=coordinator, at=NOON), key=lambda ward: ward.is_ward)[::-1]
    assert (oak.ward, oak.is_ward) == ("OAK", True)
    assert (ed.ward, ed.is_ward, ed.people, ed.empty) == ("ED", False, 1, 0)
    assert "People admitted who are in other places" in text_of(desk.get("/wards/"))
    page = text_of(desk.get("/wards/ZT101/ED/"))
    assert "WAITING" in page
    assert "1 bed occupied, 0 empty." in page


def test_a_strangers_wards_are_not_ours(
    client: Client, trust: Organisation, stranger: User
) -> None:
    make_ward(trust, "ASH", beds="07")
    client.force_login(stranger)
    assert client.get(ASH).status_code == 404
    assert "Ash" not in text_of(client.get("/wards/"))


def test_the_database_refuses_what_cannot_be(trust: Organisation) -> None:
    ward = make_ward(trust, "ASH", beds="07")
    since = date(2026, 1, 1)
    for broken in (
        Ward(organisation=trust, site="ZT101", code="ASH", name="Again", valid_from=since),
        Ward(organisation=trust, site="", code="X", name="", valid_from=since),
        Ward(organisation=trust, code="Y", name="Y", valid_from=since, valid_to=date(2025, 1, 1)),
        Bed(ward=ward, room="B1", bed="07", valid_from=since),
        Bed(ward=ward, room="B1", bed="", valid_from=since),
        Bed(ward=ward, room="B1", bed="9", valid_from=since, valid_to=date(2025, 1, 1)),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken.save()


def test_one_organisations_wards_may_have_anothers_codes(trust: Organisation) -> None:
    make_ward(trust, "ASH", site="S")
    make_ward(make_organisation("ZT9"), "ASH", site="S")
    assert Ward.objects.count() == 2

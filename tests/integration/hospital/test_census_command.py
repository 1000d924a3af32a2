"""`homeward census`: the proof that the list is true."""

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from homeward.core.errors import BadInput
from homeward.core.models import Organisation
from homeward.hospital.domain.length_of_stay import LONDON
from homeward.hospital.models import CensusMatch
from tests.factories import make_organisation
from tests.factories_hospital import NOON, make_inpatient

MIDNIGHT = datetime(2026, 11, 22, tzinfo=LONDON)


@pytest.fixture
def ward(trust: Organisation) -> None:
    for bed in ("01", "02", "03"):
        make_inpatient(trust, bed=bed, room="B1", person={"local_id": f"H{bed}"})


def census(folder: Path, text: str | bytes, *options: str) -> str:
    file = folder / "census.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    out = StringIO()
    call_command("census", str(file), *options, stdout=out)
    return out.getvalue()


def test_a_list_that_agrees(tmp_path: Path, ward: None) -> None:
    said = census(tmp_path, "ward,bed,local_id\nASH,01,H01\nash,02,h02\nASH,03,H03\n")
    assert said == "agreed=3 total=3 differences=0\n"
    match = CensusMatch.objects.get()
    assert (match.agreed, match.total, match.at) == (3, 3, MIDNIGHT)


def test_every_difference_is_named(tmp_path: Path, ward: None) -> None:
    said = census(
        tmp_path,
        "site,ward,room,bed,local_id\nZT101,ASH,B1,01,H01\nZT101,ASH,B1,04,H02\n,OAK,,1,H99\n",
    )
    assert "different bed: H02, theirs ZT101 ASH B1 04, ours ZT101 ASH B1 02" in said
    assert "missing here: H99, theirs OAK 1, ours -" in said
    assert "missing there: H03, theirs -, ours ZT101 ASH B1 03" in said
    assert "agreed=1 total=4 differences=3" in said


def test_people_are_known_by_nhs_number_too(tmp_path: Path, trust: Organisation) -> None:
    make_inpatient(trust, bed="01", person={"nhs_number": "9990000018"})
    said = census(tmp_path, "Ward,Bed,NHS_Number\nASH,01,999 000 0018\n")
    assert said.startswith("agreed=1 total=1")


def test_two_in_one_bed_is_named_on_either_list(tmp_path: Path, trust: Organisation) -> None:
    make_inpatient(trust, bed="01", room="", person={"local_id": "H01"})
    make_inpatient(trust, bed="01", room="", person={"local_id": "H02"})
    said = census(tmp_path, "site,ward,bed,local_id\nZT101,ASH,01,H01\nZT101,ASH,01,H02\n")
    assert "two in one bed: ZT101 ASH 01, theirs H01, H02, ours H01, H02" in said
    assert "agreed=2 total=2" in said


def test_the_list_is_taken_as_it_was_at_that_moment(tmp_path: Path, trust: Organisation) -> None:
    make_inpatient(trust, bed="01", person={"local_id": "H01"}, admitted_at=NOON)
    make_inpatient(
        trust,
        bed="02",
        person={"local_id": "H02"},
        status="closed",
        discharged_at=NOON - timedelta(hours=1),
    )
    assert "agreed=1 total=1" in census(tmp_path, "ward,bed,local_id\nASH,02,H02\n")
    later = census(tmp_path, "ward,bed,local_id\nASH,01,H01\n", "--at", "2026-11-22T13:00")
    assert "agreed=1 total=1" in later


def test_the_same_file_again_changes_nothing(tmp_path: Path, ward: None) -> None:
    text = "ward,bed,local_id\nASH,01,H01\n"
    assert census(tmp_path, text) == census(tmp_path, text)
    assert CensusMatch.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "line 1: no column named ward"),
        ("ward,local_id\nASH,H01\n", "line 1: no column named bed"),
        ("ward,bed\nASH,01\n", "line 2: row: neither local_id nor nhs_number is given"),
        ("ward,bed,bed,local_id\n", "line 1: two columns named bed"),
        ("ward,bed,local_id\nASH,01,H01\nASH,,H02\n", "line 3: bed: is empty"),
        ("ward,bed,local_id\n,01,H01\n", "line 2: ward: is empty"),
        ("ward,bed,local_id\nASH,01,\n", "line 2: row: neither local_id nor nhs_number"),
        ("ward,bed,nhs_number\nASH,01,9990000019\n", "line 2: nhs_number: fails"),
        ("ward,bed,local_id\nASH,01,H01,extra\n", "line 2: more cells"),
        ("ward,bed,local_id\nASH,01,H01\nASH,02,H01\n", "line 3: this person is on line 2"),
        ('ward,bed,local_id\nASH,"01,H01\n', "not CSV"),
    ],
)
def test_bad_rows_are_named_and_nothing_is_kept(
    tmp_path: Path, ward: None, text: str, named: str
) -> None:
    with pytest.raises(BadInput) as refused:
        census(tmp_path, text)
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not CensusMatch.objects.exists()


def test_a_missing_file_is_named(tmp_path: Path, ward: None) -> None:
    with pytest.raises(BadInput, match=r"none\.csv"):
        call_command("census", str(tmp_path / "none.csv"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_files_as_windows_saves_them_are_read(
    tmp_path: Path, trust: Organisation, encoding: str
) -> None:
    make_inpatient(trust, ward="Écureuil", bed="01", person={"local_id": "H01"})
    text = "ward,bed,local_id\r\nÉcureuil,01,H01\r\n".encode(encoding)
    assert "agreed=1 total=1" in census(tmp_path, text)


def test_with_several_hospitals_one_must_be_named(tmp_path: Path, ward: None) -> None:
    make_inpatient(make_organisation("ZT9"), person={"local_id": "H01"}, bed="01")
    with pytest.raises(BadInput, match="--org: say which organisation \\(ZT1, ZT9\\)"):
        census(tmp_path, "ward,bed,local_id\nASH,01,H01\n")
    assert "agreed=1 total=1" in census(tmp_path, "ward,bed,local_id\nASH,01,H01\n", "--org", "ZT9")


def test_the_database_refuses_more_agreement_than_there_are_people(trust: Organisation) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CensusMatch.objects.create(organisation=trust, at=NOON, compared_at=NOON, agreed=2, total=1)

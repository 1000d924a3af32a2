"""`homeward downtime-pack`: lists for when the computers are down."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from homeward.core.errors import BadInput
from homeward.core.models import AuditEvent, FeedStatus, Organisation
from homeward.hospital.services import downtime
from tests.factories_hospital import NOON, make_inpatient


def write(folder: Path) -> str:
    out = StringIO()
    call_command("downtime_pack", str(folder), stdout=out)
    return out.getvalue()


def page(folder: Path, name: str = "ward-001.html") -> str:
    return (folder / name).read_text(encoding="utf-8")


@pytest.fixture
def ward(trust: Organisation) -> None:
    FeedStatus.objects.create(
        feed="PAS", organisation=trust, last_heard_at=NOON - timedelta(seconds=40)
    )
    make_inpatient(trust, bed="07", person={"family_name": "Jones", "nhs_number": "9434765919"})


def test_a_page_a_ward_and_an_index(tmp_path: Path, trust: Organisation, ward: None) -> None:
    make_inpatient(trust, ward="OAK")
    folder = tmp_path / "pack"
    assert "wards=2 people=2" in write(folder)
    assert {file.name for file in folder.iterdir()} == {
        "index.html",
        "ward-001.html",
        "ward-002.html",
        "downtime.css",
        downtime.MARK,
    }
    assert 'href="ward-001.html"' in page(folder, "index.html")


def test_each_page_says_as_of_when_and_how_fresh_the_feed_was(tmp_path: Path, ward: None) -> None:
    write(tmp_path / "pack")
    for name in ("index.html", "ward-001.html"):
        text = page(tmp_path / "pack", name)
        assert "22 Nov 2026, 12:00" in text
        assert "PAS was last heard 40 seconds ago." in text
    text = page(tmp_path / "pack")
    assert "JONES, Ada" in text
    assert "943 476 5919" in text


def test_no_page_needs_a_server(tmp_path: Path, ward: None) -> None:
    write(tmp_path / "pack")
    for file in (tmp_path / "pack").glob("*.html"):
        text = file.read_text(encoding="utf-8")
        for target in re.findall(r'(?:href|src)="([^"]+)"', text):
            assert (file.parent / target).is_file(), target
        assert "<script" not in text
        assert "style=" not in text


def test_restricted_people_are_not_named_on_paper(tmp_path: Path, trust: Organisation) -> None:
    make_inpatient(trust, person={"family_name": "Secret", "restricted": True, "local_id": "H6"})
    write(tmp_path / "pack")
    text = page(tmp_path / "pack")
    assert "Restricted person" in text
    assert "SECRET" not in text
    assert "H6" not in text
    assert AuditEvent.objects.get(action="downtime_pack.written").subjects == []


def test_the_pack_is_audited(tmp_path: Path, trust: Organisation, ward: None) -> None:
    write(tmp_path / "pack")
    event = AuditEvent.objects.get(action="downtime_pack.written")
    assert event.organisation == trust
    assert len(event.subjects) == 1


def test_a_new_pack_replaces_the_old_one_whole(
    tmp_path: Path, trust: Organisation, ward: None
) -> None:
    folder = tmp_path / "pack"
    make_inpatient(trust, ward="OAK")
    write(folder)
    trust_wide = page(folder, "index.html")
    from homeward.hospital.models import Spell

    Spell.objects.filter(ward="OAK").update(patient_class="outpatient")
    write(folder)
    assert not (folder / "ward-002.html").exists()
    assert page(folder, "index.html") != trust_wide
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]


def test_a_pack_that_cannot_be_finished_leaves_the_old_one(
    tmp_path: Path, ward: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pack"
    write(folder)
    before = page(folder)

    def broken(fresh: Path, target: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(downtime, "_swap", broken)
    with pytest.raises(OSError, match="disk full"):
        write(folder)
    assert page(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]


def test_a_folder_with_other_files_is_never_replaced(tmp_path: Path, ward: None) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(BadInput, match="holds other files"):
        write(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_file_in_the_way_is_named(tmp_path: Path, ward: None) -> None:
    (tmp_path / "pack").write_text("a file")
    with pytest.raises(BadInput, match="is a file"):
        write(tmp_path / "pack")


def test_an_empty_hospital_has_an_index_that_says_so(tmp_path: Path, trust: Organisation) -> None:
    make_inpatient(trust, status="closed", discharged_at=NOON)
    write(tmp_path / "pack")
    assert "Nobody is in hospital now." in page(tmp_path / "pack", "index.html")

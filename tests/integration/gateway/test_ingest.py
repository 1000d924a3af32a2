"""Messages from files and folders, and the counts they come to."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from homeward.core.errors import BadInput
from homeward.gateway.domain.hl7 import frame
from homeward.gateway.models import Feed, Message
from homeward.gateway.services.ingest import ingest
from homeward.hospital.models import Spell
from tests.factories import make_organisation
from tests.factories_gateway import adt, make_feed
from tests.support.clock import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed():
    return make_feed(make_organisation("ZT1"))


def read(*paths, feed=""):
    return ingest(paths=paths, feed=feed, clock=lambda: NOON)


FORMS = {
    "one after another": lambda *texts: b"".join(texts),
    "with blank lines": lambda *texts: b"\r\n\r\n".join(texts),
    "in lines of LF": lambda *texts: b"\n".join(text.replace(b"\r", b"\n") for text in texts),
    "in lines of CRLF": lambda *texts: b"".join(text.replace(b"\r", b"\r\n") for text in texts),
    "in MLLP frames": lambda *texts: b"".join(map(frame, texts)),
    "in a batch": lambda *texts: b"FHS|^~\\&|\rBHS|^~\\&|\r" + b"".join(texts) + b"BTS|2\rFTS|1\r",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_in_any_form(feed, tmp_path, form):
    path = tmp_path / "messages.hl7"
    path.write_bytes(FORMS[form](adt(local_id="H1", visit="V1"), adt(local_id="H2", visit="V2")))
    counts = read(path)
    assert (counts.received, counts.applied) == (2, 2)
    assert set(Spell.objects.values_list("visit_number", flat=True)) == {"V1", "V2"}


def everything(folder):
    good = adt(control_id="C1")
    (folder / "a.hl7").write_bytes(good + adt("R01", kind="ORU") + good)
    (folder / "b.hl7").write_bytes(adt(visit="", admitted="") + adt(processing="T"))
    (folder / "notes.txt").write_text("nothing here")
    (folder / "deeper").mkdir()
    (folder / "deeper" / "c.hl7").write_bytes(adt(local_id="H2", visit="V2"))


def test_the_counts_add_up(feed, tmp_path):
    everything(tmp_path)
    counts = read(tmp_path)
    said = counts.as_dict()
    assert {k: v for k, v in said.items() if k not in ("seconds", "empty")} == {
        "received": 6,
        "applied": 2,
        "ignored": 1,
        "duplicate": 1,
        "quarantined": 1,
        "rejected": 1,
    }
    assert said["empty"] == [str(tmp_path / "notes.txt")]


def test_reading_the_same_files_again_changes_nothing(feed, tmp_path):
    everything(tmp_path)
    read(tmp_path)
    counts = read(tmp_path)
    # A rejected message may come again; nothing else has a second effect.
    assert (counts.received, counts.duplicate, counts.rejected) == (6, 5, 1)
    assert Spell.objects.count() == 2


def test_each_message_remembers_its_file_and_place(feed, tmp_path):
    everything(tmp_path)
    read(tmp_path)
    sources = Message.objects.order_by("receipt").values_list("source", flat=True)
    assert sources[0] == f"{tmp_path}/a.hl7#1"
    assert sources[2] == f"{tmp_path}/b.hl7#1"


def test_a_folder_is_read_in_the_order_of_its_names(feed, tmp_path):
    for number, place in enumerate(("ASH", "OAK", "ELM"), 1):
        trigger = "A01" if number == 1 else "A02"
        text = adt(trigger, place=place, at=f"2026112210{number:02}00", admitted="")
        (tmp_path / f"{number}.hl7").write_bytes(text)
    read(tmp_path)
    rows = Message.objects.order_by("receipt").values_list("changes", flat=True)
    assert [changes[0] for changes in rows] == ["admitted to ASH", "moved to OAK", "moved to ELM"]


def test_more_messages_than_one_group(feed, tmp_path, monkeypatch):
    monkeypatch.setattr("homeward.gateway.services.ingest.GROUP", 3)
    path = tmp_path / "many.hl7"
    path.write_bytes(b"".join(adt(local_id=f"H{n}", visit=f"V{n}") for n in range(10)))
    assert read(path).applied == 10


def test_a_named_feed_takes_any_sender(feed, tmp_path):
    path = tmp_path / "other.hl7"
    path.write_bytes(adt(ods="ZT9", pid3="H1^^^ZT1^MR"))
    assert read(path).rejected == 1
    assert read(path, feed=feed.name).applied == 1


def test_with_no_feed_at_all_files_get_one_of_their_own(tmp_path):
    path = tmp_path / "first.hl7"
    path.write_bytes(adt(control_id="C1") + adt(local_id="H2", visit="V2", control_id="C1"))
    counts = read(path)
    assert counts.applied == 2, "control ids are not trusted there"
    assert list(Feed.objects.values_list("name", flat=True)) == ["files"]


def test_a_feed_that_does_not_exist(feed, tmp_path):
    with pytest.raises(BadInput, match=r"no feed 'nosuch' \(feeds: pas-zt1\)"):
        read(tmp_path, feed="nosuch")


def test_a_path_that_does_not_exist(feed, tmp_path):
    with pytest.raises(BadInput, match="there is no such file or folder"):
        read(tmp_path / "nosuch")


def test_the_command_prints_one_json_object_whose_counts_add_up(feed, tmp_path):
    everything(tmp_path)
    out = StringIO()
    call_command("ingest", str(tmp_path), "--json", stdout=out)
    assert len(out.getvalue().splitlines()) == 1
    said = json.loads(out.getvalue())
    parts = ("applied", "ignored", "duplicate", "quarantined", "rejected")
    assert said["received"] == sum(said[part] for part in parts) == 6
    assert said["seconds"] >= 0


def test_the_command_names_files_without_a_message(feed, tmp_path):
    everything(tmp_path)
    out = StringIO()
    call_command("ingest", str(tmp_path), stdout=out)
    assert "received=6 applied=2" in out.getvalue()
    assert f"no message in {tmp_path / 'notes.txt'}" in out.getvalue()

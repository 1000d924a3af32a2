"""People already in bed come into the log from a file, once."""

from io import StringIO

import pytest
from django.core.management import call_command

from homeward.core.errors import BadInput
from homeward.gateway.models import Message
from homeward.gateway.services.load_spells import load_spells
from homeward.gateway.services.rebuild import compare
from homeward.hospital.models import Spell
from tests.factories import make_organisation
from tests.factories_gateway import adt, heard, make_feed
from tests.support.clock import NOON

HEAD = "spell,local_id,family_name,ward,bed,site,admitted_at,discharged_at\n"
IN_BED = "V1,100,Adeyemi,ASH,01,ZT101,2026-11-01T10:00,\n"
LEFT = "V2,101,Brook,ASH,02,ZT101,2026-10-01T10:00,2026-10-05T12:00\n"


@pytest.fixture
def feed(db):
    return make_feed(make_organisation("ZT1"))


def load(tmp_path, *rows):
    file = tmp_path / "spells.csv"
    file.write_text(HEAD + "".join(rows))
    return load_spells(path=file, feed="pas-zt1", clock=lambda: NOON)


def test_people_in_bed_and_past_spells_enter_the_list(feed, tmp_path):
    loaded = load(tmp_path, IN_BED, LEFT)
    assert (loaded.rows, loaded.counts.applied) == (2, 3)
    assert Spell.objects.get(visit_number="V1").status == "open"
    assert Spell.objects.get(visit_number="V2").status == "closed"
    assert compare().equal


def test_loading_a_file_again_changes_nothing(feed, tmp_path):
    load(tmp_path, IN_BED, LEFT)
    again = load(tmp_path, IN_BED, LEFT)
    assert (again.counts.applied, again.counts.duplicate) == (0, 3)
    assert Message.objects.count() == 3


def test_what_the_feed_said_meanwhile_is_kept_in_its_place(feed, tmp_path):
    heard(adt("A02", local_id="100", visit="V1", place="OAK^B2^07^ZT101", at="20261120080000"))
    load(tmp_path, IN_BED)
    stays = Spell.objects.get(visit_number="V1").bed_stays.values_list("ward", "bed")
    assert list(stays) == [("ASH", "01"), ("OAK", "07")]
    assert compare().equal


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (["V1,,Adeyemi,ASH,01,ZT101,2026-11-01T10:00,\n"], "line 2: local_id: is empty"),
        ([IN_BED, "V3,1,A,ASH,1,ZT101,soon,\n"], "line 3: admitted_at"),
        ([IN_BED, IN_BED], "line 3: spell: already on line 2"),
        ([IN_BED.replace("\n", ",x\n")], "line 2: more cells"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_loaded(feed, tmp_path, rows, why):
    with pytest.raises(BadInput, match=why):
        load(tmp_path, *rows)
    assert not Message.objects.exists()


def test_a_missing_column_is_named(feed, tmp_path):
    file = tmp_path / "spells.csv"
    file.write_text("spell,local_id,ward\nV1,1,ASH\n")
    with pytest.raises(BadInput, match="line 1: no column named admitted_at"):
        load_spells(path=file, feed="pas-zt1", clock=lambda: NOON)


def test_a_feed_that_does_not_exist_is_named(feed, tmp_path):
    with pytest.raises(BadInput, match="there is no feed 'nobody'"):
        load_spells(path=tmp_path / "x.csv", feed="nobody", clock=lambda: NOON)


def test_the_command_prints_counts(feed, tmp_path):
    file = tmp_path / "spells.csv"
    file.write_text(HEAD + IN_BED)
    out = StringIO()
    call_command("load_spells", file, feed="pas-zt1", stdout=out)
    assert out.getvalue() == ("rows=1 messages=1 applied=1 duplicate=0 quarantined=0 rejected=0\n")

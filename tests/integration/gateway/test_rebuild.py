"""The proof that the live list is what the messages say, and its mending."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command, load_command_class

from homeward.core.domain.roles import Role
from homeward.gateway.models import Message
from homeward.gateway.services import decisions, rebuild
from homeward.gateway.services.feeds import set_feed
from homeward.hospital.models import (
    BedStay,
    BreakGlass,
    Person,
    PersonIdentifier,
    ReadinessFact,
    Spell,
)
from tests.factories import make_organisation, make_user
from tests.factories_gateway import adt, heard, make_feed
from tests.support.clock import NOON
from tests.support.story import FACT_MAP

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return make_organisation("ZT1")


@pytest.fixture
def feed(organisation):
    return make_feed(organisation, fact_map=FACT_MAP)


@pytest.fixture
def history(feed):
    """Two people; one moved late, one left; a merge of a third; a fact."""
    return heard(
        adt(local_id="H1", visit="V1", nhs_number="9434765919"),
        adt("A02", local_id="H1", visit="V1", at="20261122110000", place="OAK^B1^01"),
        adt("A01", local_id="H2", visit="V2", place="ASH^B1^02"),
        adt("A03", local_id="H2", visit="V2", at="20261122120000", place="ASH^B1^02"),
        adt("A40", local_id="H1", at="20261122113000", extra=("MRG|H3^^^ZT1^MR",)),
        adt(
            "R01",
            kind="ORU",
            local_id="H1",
            visit="V1",
            at="20261122114000",
            extra=("OBX|1|CE|CTR||N",),
        ),
    )


def check() -> tuple[str, int]:
    command = load_command_class("homeward.gateway", "rebuild")
    out = StringIO()
    call_command(command, "--check", stdout=out)
    return out.getvalue(), command.exit_status


def test_what_the_feed_made_is_what_the_log_says(history):
    out, status = check()
    assert status == 0
    assert "people=3 messages=6" in out
    assert "\nequal\n" in out
    digests = [
        line.split("=")[1] for line in out.splitlines() if line.startswith(("live=", "log="))
    ]
    assert len(digests) == 2
    assert digests[0] == digests[1]
    assert int(digests[0], 16) != 0


TAMPERED = {
    "a person's name": (
        lambda: Person.objects.filter(local_id="H1").update(family_name="X"),
        "person ",
    ),
    "a person too many": (lambda: make_stranger(), "person "),
    "an identifier": (
        lambda: PersonIdentifier.objects.filter(value="H2").update(kind="X"),
        "identifier of ",
    ),
    "an identifier gone": (
        lambda: PersonIdentifier.objects.filter(value="H2").delete(),
        "identifier of ",
    ),
    "a spell's class": (
        lambda: Spell.objects.filter(visit_number="V1").update(patient_class="newborn"),
        "spell ",
    ),
    "a spell's ward": (lambda: Spell.objects.filter(visit_number="V1").update(ward="X"), "spell "),
    "a stay's bed": (lambda: BedStay.objects.filter(ward="OAK").update(bed="X"), "bed stay 1 of "),
    "a stay gone": (lambda: BedStay.objects.filter(ward="OAK").delete(), "bed stay 1 of "),
    "a fact": (lambda: ReadinessFact.objects.update(value="met"), "readiness fact "),
    "a fact gone": (lambda: ReadinessFact.objects.all().delete(), "readiness fact "),
    "a merge undone": (
        lambda: Person.objects.filter(local_id="H3").update(merged_into=None),
        "person ",
    ),
}


def make_stranger() -> None:
    from tests.factories_hospital import make_person

    make_person(make_organisation("ZT1"), local_id="H9")


@pytest.mark.parametrize("what", TAMPERED)
def test_a_tampered_row_is_named(history, what):
    tamper, name = TAMPERED[what]
    tamper()
    out, status = check()
    assert status == 1
    assert "\ndifferent\n" in out
    assert any(line.startswith(name) for line in out.splitlines())


@pytest.mark.parametrize("what", TAMPERED)
def test_a_rebuild_mends_it(history, what):
    before = rebuild.compare().live
    TAMPERED[what][0]()
    out = StringIO()
    call_command("rebuild", stdout=out)
    assert "rebuilt=" in out.getvalue()
    comparison = rebuild.compare()
    assert comparison.equal
    assert comparison.live == before


def test_a_check_changes_nothing(history):
    Person.objects.filter(local_id="H1").update(family_name="X")
    check()
    assert Person.objects.get(local_id="H1").family_name == "X"


def test_an_empty_database_is_equal_to_an_empty_log(db):
    assert check()[1] == 0


def test_two_organisations_are_both_compared(history):
    make_feed(make_organisation("ZT2"))
    heard(adt(ods="ZT2", local_id="H1"))
    assert check()[1] == 0
    Person.objects.filter(organisation__ods_code="ZT2").update(family_name="X")
    assert check()[1] == 1


def test_more_people_than_fit_one_batch(feed, monkeypatch):
    monkeypatch.setattr(rebuild, "BATCH", 2)
    heard(*(adt(local_id=f"H{n}", visit=f"V{n}") for n in range(7)))
    assert rebuild.rebuild() == 7
    assert rebuild.compare().people == 7
    Person.objects.filter(local_id="H6").update(sex="X")
    assert not rebuild.compare().equal


class TestWhatPeopleTyped:
    """It is not the feed's to rebuild."""

    @pytest.fixture
    def typed(self, organisation, history):
        person = Person.objects.get(local_id="H2")
        user = make_user(Role.WARD_NURSE, organisation)
        return BreakGlass.objects.create(
            person=person,
            organisation=organisation,
            reason="looked after in theatre",
            by=user,
            at=NOON,
            expires_at=NOON + timedelta(hours=1),
        )

    def test_it_survives_a_rebuild(self, typed):
        Spell.objects.filter(visit_number="V2").update(status="deleted")
        rebuild.rebuild()
        typed.refresh_from_db()
        assert typed.reason == "looked after in theatre"
        assert typed.person.local_id == "H2"

    def test_it_keeps_its_person_when_the_log_no_longer_knows_them(self, typed, organisation):
        engineer = make_user(Role.INTEGRATION_ENGINEER, organisation)
        for row in Message.objects.filter(receipt__in=receipts_about(typed.person_id)):
            decisions.set_aside(receipt=row.pk, reason="a test patient", by=engineer, at=NOON)
        typed.refresh_from_db()
        assert typed.person.deleted
        assert not typed.person.spells.exists()

    def test_a_person_kept_for_what_was_typed_is_no_difference(self, typed, organisation):
        self.test_it_keeps_its_person_when_the_log_no_longer_knows_them(typed, organisation)
        assert check()[1] == 0


def receipts_about(person):
    return list(Message.objects.filter(people__person=person).values_list("pk", flat=True))


def test_a_setting_that_changes_what_messages_say_is_seen_and_mended(history, feed, organisation):
    values = {"class_map": {"I": "day_case"}}
    set_feed(name=feed.name, organisation=organisation, values=values)
    assert check()[1] == 1
    rebuild.rebuild()
    assert check()[1] == 0
    assert set(Spell.objects.values_list("patient_class", flat=True)) == {"day_case"}


def test_a_setting_that_makes_a_message_unusable_is_seen_and_mended(history, feed, organisation):
    heard(adt(local_id="H4", visit="V4", patient_class="WARD"))
    set_feed(name=feed.name, organisation=organisation, values={"strict": True})
    out, status = check()
    assert status == 1
    assert "in the live list, not in the log" in out
    rebuild.rebuild()
    assert check()[1] == 0
    assert not Spell.objects.filter(visit_number="V4").exists()


def test_another_choice_of_local_number_knows_everyone_by_it(feed, organisation):
    numbers = "H1^^^ZT1^MR~N77^^^OLD^MR"
    heard(
        adt(pid3=numbers, visit="V1"),
        adt("A02", pid3=numbers, visit="V1", at="20261122110000", place="OAK^B1^01"),
    )
    values = {"local_authority": "OLD"}
    set_feed(name=feed.name, organisation=organisation, values=values)
    assert check()[1] == 1
    rebuild.rebuild()
    assert check()[1] == 0
    assert Person.objects.get().local_id == "N77"
    assert Spell.objects.get().ward == "OAK"
    heard(adt("A02", pid3=numbers, visit="V1", at="20261122103000", place="ELM^B1^01"))
    assert BedStay.objects.count() == 3
    assert check()[1] == 0

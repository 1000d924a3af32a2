"""What people decide about messages: tried again, put away, set aside."""

from __future__ import annotations

from typing import Any

import pytest

from homeward.core.domain.roles import Role
from homeward.core.errors import HomewardError
from homeward.core.models import AuditEvent
from homeward.gateway.models import Message, MessageDecision
from homeward.gateway.services import decisions, rebuild
from homeward.gateway.services.feeds import set_feed
from homeward.hospital.models import BedStay, Person, PersonIdentifier, Spell
from tests.factories import make_organisation, make_user
from tests.factories_gateway import heard, make_feed
from tests.support.clock import NOON
from tests.support.story import HEARD, ODS, hl7, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return make_organisation(ODS)


@pytest.fixture
def feed(organisation):
    return make_feed(organisation, local_authority=ODS)


@pytest.fixture
def engineer(organisation):
    return make_user(Role.INTEGRATION_ENGINEER, organisation)


def hear(story: str) -> list[Message]:
    last = Message.objects.count()
    texts = [hl7(one, f"C{number}") for number, one in enumerate(steps(story), last + 1)]
    return [row for text in texts for row in heard(text, at=HEARD)]


def state() -> list[Any]:
    tables = (Person, PersonIdentifier, Spell, BedStay)
    return [sorted(map(repr, table.objects.values_list())) for table in tables]


def outcome(message: Message) -> str:
    message.refresh_from_db()
    return message.outcome


def test_a_message_is_applied_once_its_feed_is_mended(feed, organisation, engineer):
    set_feed(name=feed.name, organisation=organisation, values={"strict": True})
    [message] = hear("A01 10:00 ASH 1 class=WARD_ATTENDER")
    assert (message.outcome, message.cause) == ("quarantined", "unknown_class")
    reply = bytes(message.reply)
    values = {"class_map": {"WARD ATTENDER": "day_case"}}
    set_feed(name=feed.name, organisation=organisation, values=values)

    assert decisions.replay(receipts=[message.pk], by=engineer, at=NOON) == {"applied": 1}

    assert outcome(message) == "applied"
    assert bytes(message.reply) == reply, "the sender has had its answer"
    assert message.received_at == HEARD, "it was heard when it came"
    assert Spell.objects.get().patient_class == "day_case"
    assert rebuild.compare().equal


def test_what_fails_again_stays_in_quarantine_with_its_reason(feed, engineer):
    [message] = hear("A01 10:00 ASH 1 v=-")
    assert message.cause == "no_visit_number"
    assert decisions.replay(receipts=[message.pk], by=engineer, at=NOON) == {"quarantined": 1}
    assert outcome(message) == "quarantined"
    assert message.cause == "no_visit_number"


def test_an_older_message_tried_again_takes_its_place_in_the_history(feed, organisation, engineer):
    set_feed(name=feed.name, organisation=organisation, values={"strict": True})
    first, *_ = hear("A01 10:00 ASH 1 class=X; A02 12:00 OAK 2; A03 14:00")
    set_feed(name=feed.name, organisation=organisation, values={"class_map": {"X": "inpatient"}})
    decisions.replay(receipts=[first.pk], by=engineer, at=NOON)
    stays = BedStay.objects.order_by("number").values_list("ward", "started_at__hour")
    assert list(stays) == [("ASH", 10), ("OAK", 12)]
    assert rebuild.compare().equal


def test_a_message_applied_already_is_passed_over(feed, engineer):
    [message] = hear("A01 10:00 ASH 1")
    assert decisions.replay(receipts=[message.pk], by=engineer, at=NOON) == {}
    assert not MessageDecision.objects.exists()


def test_a_dismissed_message_is_put_away_with_its_reason(feed, engineer):
    [message] = hear("A01 10:00 ASH 1 v=-")
    assert decisions.dismiss(receipts=[message.pk], reason="a test", by=engineer, at=NOON) == 1
    assert outcome(message) == "dismissed"
    decision = MessageDecision.objects.get()
    assert (decision.decision, decision.reason, decision.by) == ("dismiss", "a test", engineer)


def test_only_what_is_in_quarantine_can_be_dismissed(feed, engineer):
    [message] = hear("A01 10:00 ASH 1")
    assert decisions.dismiss(receipts=[message.pk], reason="a test", by=engineer, at=NOON) == 0
    assert outcome(message) == "applied"


TWO_PEOPLE = (
    "A01 10:00 ASH 1 p=P1 name=GREY/LADY nhs=9434765919; "
    "A01 11:00 OAK 2 p=P2 v=V2 name=BLOOD/ORANGE; "
)


def test_a_merge_set_aside_restores_both_people_exactly(feed, engineer):
    hear(TWO_PEOPLE)
    before = state()
    [merge] = hear("A40 12:00 p=P2 v=- mrg=P1 name=NEW/NAME")
    assert state() != before
    decisions.set_aside(receipt=merge.pk, reason="two people", by=engineer, at=NOON)
    assert state() == before
    assert rebuild.compare().equal


def test_what_came_after_a_merge_goes_back_to_its_own_person(feed, engineer):
    hear(TWO_PEOPLE)
    [merge] = hear("A40 12:00 p=P2 v=- mrg=P1")
    hear("A02 13:00 YEW 3 p=P1; A03 14:00 p=P2 v=V2")
    decisions.set_aside(receipt=merge.pk, reason="two people", by=engineer, at=NOON)
    owners = dict(Spell.objects.values_list("visit_number", "person__local_id"))
    assert owners == {"V1": "P1", "V2": "P2"}
    assert Spell.objects.get(visit_number="V1").ward == "YEW"
    assert rebuild.compare().equal


def test_setting_aside_is_undone_by_a_replay(feed, engineer):
    hear(TWO_PEOPLE)
    [merge] = hear("A40 12:00 p=P2 v=- mrg=P1")
    merged = state()
    decisions.set_aside(receipt=merge.pk, reason="two people", by=engineer, at=NOON)
    assert decisions.replay(receipts=[merge.pk], by=engineer, at=NOON) == {"applied": 1}
    assert state() == merged


def test_what_no_longer_fits_without_a_merge_goes_to_quarantine(feed, engineer):
    hear(TWO_PEOPLE)
    [merge, stranger] = hear("A40 12:00 p=P2 v=- mrg=P1; A02 13:00 YEW 3 p=P2 v=V1")
    decisions.set_aside(receipt=merge.pk, reason="two people", by=engineer, at=NOON)
    assert outcome(stranger) == "quarantined"
    assert stranger.cause == "visit_of_another_person"
    assert Spell.objects.get(visit_number="V1").ward == "ASH"
    assert rebuild.compare().equal


def test_of_a_swap_that_no_longer_fits_neither_half_stays(feed, engineer):
    hear(TWO_PEOPLE + "A01 11:00 ELM 3 p=P3 v=V3")
    [merge, swap] = hear("A40 12:00 p=P2 v=- mrg=P1; A17 13:00 ELM 3 p=P2 v=V1 swap=P3/V3/ASH/1; ")
    assert Spell.objects.get(visit_number="V3").ward == "ASH"
    decisions.set_aside(receipt=merge.pk, reason="two people", by=engineer, at=NOON)
    assert outcome(swap) == "quarantined"
    assert Spell.objects.get(visit_number="V1").ward == "ASH"
    assert Spell.objects.get(visit_number="V3").ward == "ELM"
    assert rebuild.compare().equal


def test_two_visits_of_different_people_do_not_stay_one_without_the_merge(feed, engineer):
    hear(TWO_PEOPLE)
    [merge, visits] = hear("A40 12:00 p=P2 v=- mrg=P1; A42 13:00 p=P2 v=V2 mrgv=V1")
    decisions.set_aside(receipt=merge.pk, reason="two people", by=engineer, at=NOON)
    assert outcome(visits) == "quarantined"
    owners = dict(Spell.objects.values_list("visit_number", "person__local_id"))
    assert owners == {"V1": "P1", "V2": "P2"}
    assert set(Spell.objects.values_list("status", flat=True)) == {"open"}
    assert rebuild.compare().equal


def test_only_an_applied_message_can_be_set_aside(feed, engineer):
    [message] = hear("A01 10:00 ASH 1 v=-")
    with pytest.raises(decisions.NotReplayable):
        decisions.set_aside(receipt=message.pk, reason="a mistake", by=engineer, at=NOON)


def decide(name: str, message: Message, by: Any, reason: str = "a mistake") -> Any:
    if name == "replay":
        return decisions.replay(receipts=[message.pk], by=by, at=NOON)
    if name == "dismiss":
        return decisions.dismiss(receipts=[message.pk], reason=reason, by=by, at=NOON)
    return decisions.set_aside(receipt=message.pk, reason=reason, by=by, at=NOON)


STORY = {
    "replay": "A01 10:00 ASH 1 v=-",
    "dismiss": "A01 10:00 ASH 1 v=-",
    "set_aside": "A01 10:00",
}


@pytest.mark.parametrize("name", STORY)
def test_a_nurse_may_not_decide(feed, organisation, name):
    [message] = hear(STORY[name])
    before = message.outcome
    with pytest.raises(decisions.NotYours):
        decide(name, message, make_user(Role.WARD_NURSE, organisation))
    assert outcome(message) == before
    assert not MessageDecision.objects.exists()


@pytest.mark.parametrize("name", STORY)
def test_another_organisations_message_is_not_there(feed, name):
    [message] = hear(STORY[name])
    before = message.outcome
    stranger = make_user(Role.INTEGRATION_ENGINEER, make_organisation("ZT9"))
    if name == "set_aside":
        with pytest.raises(decisions.NotReplayable):
            decide(name, message, stranger)
    else:
        assert not decide(name, message, stranger)
    assert outcome(message) == before
    assert not MessageDecision.objects.exists()


@pytest.mark.parametrize("name", ["dismiss", "set_aside"])
def test_putting_away_needs_a_reason(feed, engineer, name):
    [message] = hear(STORY[name])
    with pytest.raises(HomewardError, match="why"):
        decide(name, message, engineer, reason="  ")


@pytest.mark.parametrize("name", STORY)
def test_each_decision_is_audited(feed, engineer, name):
    [message] = hear(STORY[name])
    decide(name, message, engineer)
    event = AuditEvent.objects.get(action=f"message.{name}")
    assert (event.by, event.at, event.detail["receipt"]) == (engineer, NOON, message.pk)

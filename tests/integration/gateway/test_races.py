"""Many hands at once: each message is applied once, and live rows stay what the log says."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from homeward.core.domain.roles import Role
from homeward.gateway.models import Message, MessageDecision
from homeward.gateway.services import decisions, rebuild
from homeward.gateway.services.intake import receive
from homeward.gateway.services.reading import Arrival
from homeward.hospital.models import BedStay, Person, Spell
from tests.factories import make_organisation, make_user
from tests.factories_gateway import adt, heard, make_feed
from tests.support.clock import NOON
from tests.support.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


@pytest.fixture
def feed():
    return make_feed(make_organisation("ZT1"))


def all_of(results):
    failed = [result for result in results if isinstance(result, Exception)]
    assert not failed, failed
    return results


def send(texts, at=NOON):
    return receive([Arrival(text) for text in texts], at=at)


def test_the_same_messages_from_eight_connections_are_applied_once(feed):
    texts = [
        adt(control_id="C1", local_id="H1", visit="V1"),
        adt(
            "A02",
            control_id="C2",
            local_id="H1",
            visit="V1",
            at="20261122110000",
            place="OAK^B1^01",
        ),
        adt("A03", control_id="C3", local_id="H1", visit="V1", at="20261122113000"),
    ]
    results = all_of(at_once(THREADS, lambda _number: send(texts)))
    outcomes = [answer.outcome for answers in results for answer in answers]
    assert outcomes.count("applied") == 3
    assert outcomes.count("duplicate") == 3 * (THREADS - 1)
    replies = {tuple(answer.replies for answer in answers) for answers in results}
    assert len(replies) == 1, "everybody gets the same answers"
    assert Message.objects.count() == 3
    assert sum(Message.objects.values_list("repeats", flat=True)) == 3 * (THREADS - 1)
    assert Spell.objects.get().status == "closed"
    assert rebuild.compare().equal


def test_different_messages_for_one_person_all_take_their_place(feed):
    start = NOON - timedelta(hours=3)
    moments = [start + timedelta(minutes=number) for number in range(THREADS * 5)]
    texts = [
        adt(
            "A02",
            local_id="H1",
            visit="V1",
            admitted="",
            place=f"W{n}^B^1",
            at=f"{at:%Y%m%d%H%M%S}",
        )
        for n, at in enumerate(moments)
    ]
    Random(7).shuffle(texts)
    all_of(at_once(THREADS, lambda number: [send([text]) for text in texts[number::THREADS]]))
    assert Message.objects.filter(outcome="applied").count() == len(texts)
    wards = BedStay.objects.order_by("number").values_list("ward", flat=True)
    assert list(wards) == [f"W{n}" for n in range(len(texts))]
    assert Person.objects.count() == 1
    assert rebuild.compare().equal


def test_merges_and_moves_at_once_leave_one_truth(feed):
    heard(*(adt(local_id=f"H{n}", visit=f"V{n}") for n in range(THREADS + 1)))
    texts = [
        adt("A40", local_id="H0", at="20261122110000", extra=(f"MRG|H{n + 1}^^^ZT1^MR",))
        for n in range(THREADS)
    ]
    all_of(at_once(THREADS, lambda number: send([texts[number]])))
    assert set(Spell.objects.values_list("person__local_id", flat=True)) == {"H0"}
    assert Person.objects.values("cluster").distinct().count() == 1
    assert rebuild.compare().equal


def test_two_organisations_do_not_wait_for_each_other_and_both_are_right(feed):
    make_feed(make_organisation("ZT2"))
    texts = [
        [adt(ods=f"ZT{n % 2 + 1}", local_id=f"H{n}", visit=f"V{n}-{m}") for m in range(4)]
        for n in range(THREADS)
    ]
    all_of(at_once(THREADS, lambda number: send(texts[number])))
    assert Spell.objects.count() == THREADS * 4
    assert rebuild.compare().equal


def test_a_message_two_people_decide_on_is_decided_once(feed):
    [message] = heard(adt(patient_class="WARD", visit="", admitted=""))
    engineers = [make_user(Role.INTEGRATION_ENGINEER, feed.organisation) for _ in range(THREADS)]
    Message.objects.filter(pk=message.pk).update(raw=adt(control_id=message.control_id))

    def decide(number):
        by = engineers[number]
        if number % 2:
            return decisions.replay(receipts=[message.pk], by=by, at=NOON)
        return decisions.dismiss(receipts=[message.pk], reason="a test", by=by, at=NOON)

    all_of(at_once(THREADS, decide))
    message.refresh_from_db()
    applied = message.outcome == "applied"
    assert Spell.objects.exists() is applied
    # A dismissed message may still be replayed, once; nothing can be dismissed after that.
    assert MessageDecision.objects.filter(decision="replay").count() == 1
    assert MessageDecision.objects.filter(decision="dismiss").count() <= 1
    assert rebuild.compare().equal


def test_a_rebuild_while_messages_arrive_loses_none(feed):
    heard(*(adt(local_id=f"H{n}", visit=f"V{n}") for n in range(20)))

    def act(number):
        if number == 0:
            return rebuild.rebuild()
        return [
            send(
                [
                    adt(
                        "A02",
                        local_id=f"H{n}",
                        visit=f"V{n}",
                        at=f"202611221{number}0000",
                        place=f"W{number}^B^1",
                    )
                ]
            )
            for n in range(0, 20, 3)
        ]

    all_of(at_once(THREADS, act))
    assert rebuild.compare().equal
    assert Message.objects.filter(outcome="applied").count() == 20 + 7 * (THREADS - 1)

"""The live rows are always what the message log says, however the messages came in."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from homeward.core.domain.roles import Role
from homeward.core.models import Organisation
from homeward.gateway.models import Message
from homeward.gateway.services import rebuild
from homeward.gateway.services.decisions import replay, set_aside
from homeward.gateway.services.intake import receive
from homeward.gateway.services.reading import Arrival
from homeward.hospital.domain.events import FeedEvent
from homeward.hospital.models import BedStay, Spell
from homeward.hospital.services import feed, feed_digest
from tests.factories import make_organisation, make_user
from tests.factories_gateway import make_feed
from tests.support.histories import examples, in_groups
from tests.support.story import FACT_MAP, HEARD, ODS, Step, events_of, hl7, person_name

pytestmark = pytest.mark.django_db

QUICK = settings(
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
EVERYONE = {person_name(local_id) for local_id in ("P1", "P2", "P3")}


class Room:
    """The hospital room with a message log that is a list in memory."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation: UUID = organisation.pk
        self.log: dict[int, tuple[FeedEvent, ...]] = {}
        self.receipt = 0

    def history(self, people: set[UUID]) -> list[FeedEvent]:
        told = (event for message in self.log.values() for event in message)
        return feed.about(people, told)

    def take(self, group: list[Step]) -> None:
        deliveries = []
        for step in group:
            self.receipt += 1
            deliveries.append(feed.Delivery(self.receipt, events_of(step, self.receipt)))
        result = feed.take(
            organisation=self.organisation, deliveries=deliveries, history=self.history
        )
        kept = {taken.receipt for taken in result.taken if taken.refused is None}
        self.log |= {d.receipt: d.events for d in deliveries if d.receipt in kept}
        for receipt in result.displaced:
            self.log.pop(receipt, None)

    def check(self) -> None:
        derived, known = feed_digest.derived_rows(EVERYONE, self.history(EVERYONE))
        live = feed_digest.live_rows(organisation=self.organisation, people=EVERYONE, known=known)
        assert {n for n in live.keys() | derived.keys() if live.get(n) != derived.get(n)} == set()


@given(in_groups())
@settings(QUICK, max_examples=examples(60))
def test_groups_of_any_size_end_as_the_whole_history_does(told):
    with transaction.atomic():
        room = Room(make_organisation(ODS))
        for group in told:
            room.take(group)
            room.check()
        transaction.set_rollback(True)


@given(in_groups())
@settings(QUICK, max_examples=examples(20))
def test_messages_through_the_whole_gateway_end_as_a_rebuild_does(told):
    with transaction.atomic():
        make_feed(make_organisation(ODS), local_authority=ODS, fact_map=FACT_MAP)
        hear(told)
        live = check_rebuilt()
        rebuild.rebuild()
        assert rebuild.compare().live == live
        transaction.set_rollback(True)


DECISIONS = st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=6)


@given(in_groups(), DECISIONS)
@settings(QUICK, max_examples=examples(20))
def test_what_people_decide_leaves_live_rows_and_log_equal(told, decisions):
    with transaction.atomic():
        make_feed(organisation := make_organisation(ODS), local_authority=ODS, fact_map=FACT_MAP)
        engineer = make_user(Role.INTEGRATION_ENGINEER, organisation)
        hear(told)
        receipts = list(Message.objects.order_by("receipt").values_list("receipt", flat=True))
        for choice, away in decisions:
            receipt = receipts[choice % len(receipts)]
            if away and Message.objects.filter(receipt=receipt, outcome="applied").exists():
                set_aside(receipt=receipt, reason="a mistake", by=engineer, at=HEARD)
            else:
                replay(receipts=[receipt], by=engineer, at=HEARD)
        check_rebuilt()
        transaction.set_rollback(True)


def hear(told: list[list[Step]]) -> None:
    number = 0
    for group in told:
        arrivals = []
        for step in group:
            number += 1
            arrivals.append(Arrival(hl7(step, f"C{number}")))
        answers = receive(arrivals, at=HEARD)
        assert all(b"MSA|AA|" in answer.replies[0] for answer in answers)
    assert not Message.objects.filter(cause="internal_error").exists()


def check_rebuilt() -> int:
    comparison = rebuild.compare()
    assert comparison.differences == []
    assert comparison.equal
    check_rows()
    return comparison.live


def check_rows() -> None:
    for spell in Spell.objects.all():
        stays = list(BedStay.objects.filter(spell=spell).order_by("number"))
        assert [stay.number for stay in stays] == list(range(len(stays)))
        if spell.status == "open":
            assert (spell.ward, spell.bed) == (stays[-1].ward, stays[-1].bed)
        else:
            assert (spell.ward, spell.bed) == ("", "")

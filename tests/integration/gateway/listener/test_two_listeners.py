"""Two listeners on one database, the same people's messages split over both."""

from __future__ import annotations

import asyncio
import random
from itertools import islice

import pytest

from homeward.gateway.models import Message
from homeward.gateway.services import rebuild
from homeward.hospital.models import BedStay, Spell
from tests.factories_gateway import adt
from tests.support.adt_streams import Stream
from tests.support.mllp_client import send_in_order
from tests.support.mllp_server import HOST, listening

pytestmark = [pytest.mark.loopback, pytest.mark.django_db(transaction=True)]


def send_split(hands: list[list[bytes]], ports: list[int]) -> list[str]:
    """Each hand over a connection of its own, to the listeners in turn; the codes."""

    async def send() -> list[str]:
        tasks = [
            send_in_order(HOST, ports[number % len(ports)], hand)
            for number, hand in enumerate(hands)
        ]
        done = await asyncio.gather(*tasks)
        return [one.reply.code if one.reply else "" for hand in done for one in hand]

    return asyncio.run(send())


def test_the_same_people_over_two_listeners_end_as_the_log_says(feed):
    messages = [text for _, text in islice(Stream("S", 5).messages(), 400)]
    random.Random(5).shuffle(messages)
    hands = [messages[n::6] for n in range(6)]
    with listening() as one, listening() as two:
        codes = send_split(hands, [one.port, two.port])
    assert set(codes) == {"AA"}
    assert Message.objects.count() == len(set(messages))
    comparison = rebuild.compare()
    assert comparison.differences == []
    assert comparison.equal


def test_the_same_message_to_both_is_applied_once_and_answered_alike(feed, outcomes):
    messages = [
        adt(local_id=f"H{n}", visit=f"V{n}", place=f"ASH^B^{n}", control_id=f"C{n}")
        for n in range(60)
    ]
    with listening() as one, listening() as two:
        codes = send_split([messages, messages, messages, messages], [one.port, two.port])
    assert codes == ["AA"] * 240
    assert len(outcomes()) == 60
    assert Spell.objects.count() == BedStay.objects.count() == 60

"""What a well-behaved sender sees: a reply for each message, in order, after the commit."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from homeward.gateway.models import Message
from homeward.hospital.models import Spell
from tests.factories_gateway import adt, make_feed
from tests.support.mllp_client import MllpClient, cut_at_random, framed, send_all
from tests.support.mllp_server import HOST, listening, receive_for, wait_until

pytestmark = [pytest.mark.loopback, pytest.mark.django_db(transaction=True)]


def test_a_message_is_answered_once_it_is_in_the_log(client, outcomes):
    reply = client.send(adt(control_id="C1"))
    assert (reply.code, reply.control_id) == ("AA", "C1")
    assert outcomes() == {"C1": "applied"}
    assert Spell.objects.get().status == "open"


def test_the_reply_sent_is_the_reply_stored(client):
    reply = client.send(adt(control_id="C1"))
    assert reply.raw == bytes(Message.objects.get().reply)


def test_a_repeat_gets_the_same_bytes_and_no_second_effect(client, outcomes):
    message = adt(control_id="C1")
    first = client.send(message)
    assert client.send(message).raw == first.raw
    assert outcomes() == {"C1": "applied"}
    assert Message.objects.get().repeats == 1


def test_a_repeat_over_another_connection_gets_the_same_bytes(server, client):
    message = adt(control_id="C1")
    first = client.send(message)
    with MllpClient(HOST, server.port) as other:
        assert other.send(message).raw == first.raw


def test_two_messages_in_one_read_are_answered_in_order(client):
    client.send_raw(framed(adt(control_id="C1")) + framed(adt("A08", control_id="C2")))
    assert [client.read_reply().control_id for _ in range(2)] == ["C1", "C2"]


def test_a_hundred_messages_in_one_write_are_answered_in_order(client):
    wanted = [f"C{n}" for n in range(100)]
    client.send_raw(b"".join(framed(adt("A08", control_id=name)) for name in wanted))
    assert [client.read_reply().control_id for _ in wanted] == wanted


@pytest.mark.parametrize("seed", range(5))
def test_a_message_in_many_reads_is_one_message(client, seed):
    pieces = cut_at_random(framed(adt(control_id="C1")), random.Random(seed), pieces=12)
    client.send_pieces(pieces, pause_seconds=0.003)
    assert client.read_reply().code == "AA"


def test_noise_between_frames_is_skipped(client, outcomes):
    client.send_raw(b"hello\r\n" + framed(adt(control_id="C1")) + b"\x1c\r\x00\xff\n")
    assert client.read_reply().control_id == "C1"
    assert client.send(adt("A08", control_id="C2")).code == "AA"
    assert outcomes() == {"C1": "applied", "C2": "applied"}


def test_a_sender_that_closes_its_end_still_gets_its_replies(client):
    client.send_raw(framed(adt(control_id="C1")) + framed(adt("A08", control_id="C2")))
    client.socket.shutdown(1)
    assert [client.read_reply().control_id for _ in range(2)] == ["C1", "C2"]


def test_a_sender_that_hangs_up_at_once_has_still_delivered(server, outcomes):
    with MllpClient(HOST, server.port) as rude:
        rude.send_raw(framed(adt(control_id="C1")))
    wait_until(lambda: outcomes() == {"C1": "applied"})


def test_many_connections_are_served_side_by_side(server, outcomes):
    messages = [
        adt(local_id=f"H{n}", visit=f"V{n}", place=f"ASH^B1^{n}", control_id=f"C{n}")
        for n in range(200)
    ]
    sent = send_all(HOST, server.port, messages, connections=20)
    assert Counter(one.reply and one.reply.code for one in sent) == {"AA": 200}
    assert set(outcomes().values()) == {"applied"}
    assert Spell.objects.filter(status="open").count() == 200


@pytest.mark.parametrize("conditions", ["|||||", "|||NE|NE|", "|||AL|AL|", "|||ER|NE|"])
def test_original_mode_replies_once_whatever_the_message_asks(client, conditions):
    message = adt(control_id="C1").replace(b"|2.5.1\r", f"|2.5.1{conditions}\r".encode(), 1)
    client.send_raw(framed(message) + framed(adt("A08", control_id="C2")))
    told = [client.read_reply() for _ in range(2)]
    assert [(reply.code, reply.control_id) for reply in told] == [("AA", "C1"), ("AA", "C2")]


def test_enhanced_mode_replies_on_commit_and_then_on_application(feed):
    make_feed(feed.organisation, feed.name, acknowledgement="enhanced")
    message = adt(control_id="C1").replace(b"|2.5.1\r", b"|2.5.1|||AL|AL\r", 1)
    with listening() as server, MllpClient(HOST, server.port) as client:
        client.send_raw(framed(message))
        told = [client.read_reply() for _ in range(2)]
    assert [(reply.code, reply.control_id) for reply in told] == [("CA", "C1"), ("AA", "C1")]


def test_enhanced_mode_sends_nothing_that_is_not_wanted(feed):
    make_feed(feed.organisation, feed.name, acknowledgement="enhanced")
    quiet = adt(control_id="C1").replace(b"|2.5.1\r", b"|2.5.1|||NE|NE\r", 1)
    with listening() as server, MllpClient(HOST, server.port) as client:
        client.send_raw(framed(quiet))
        assert client.send(adt("A08", control_id="C2")).control_id == "C2"


def test_an_unknown_sender_is_refused_and_kept(client):
    reply = client.send(adt(ods="ZT9", control_id="C1"))
    assert (reply.code, reply.control_id) == ("AR", "C1")
    assert reply.fields("ERR")
    row = Message.objects.get()
    assert (row.outcome, row.cause) == ("rejected", "unknown_sender")


def test_only_the_named_feeds_are_taken(feed):
    make_feed(feed.organisation, "maternity", application="MATERNITY")
    maternity = adt(control_id="C2").replace(b"|PAS|", b"|MATERNITY|", 1)
    only = receive_for(frozenset({"maternity"}))
    with listening(receive=only) as server, MllpClient(HOST, server.port) as client:
        assert client.send(adt(control_id="C1")).code == "AR"
        assert client.send(maternity).code == "AA"

"""SIGTERM: what was taken is answered, what was not taken is not; and when the database fails."""

from __future__ import annotations

import time
from threading import Event

import pytest
from django.db import OperationalError

from homeward.gateway.models import Message
from homeward.gateway.services import intake
from homeward.gateway.waiting import Limits
from tests.factories_gateway import adt
from tests.support.mllp_client import ConnectionClosed, MllpClient, framed, send_until_held_back
from tests.support.mllp_server import HOST, listening, wait_until

pytestmark = [pytest.mark.loopback, pytest.mark.django_db(transaction=True)]


def test_stopping_answers_what_was_taken_and_takes_no_more(feed, outcomes):
    begun, go = Event(), Event()

    def receive(arrivals, at):
        begun.set()
        assert go.wait(10)
        return intake.receive(arrivals, at=at)

    with listening(receive=receive) as server, MllpClient(HOST, server.port) as client:
        client.send_raw(framed(adt(control_id="C1")) + framed(adt("A08", control_id="C2")))
        assert begun.wait(10)
        time.sleep(0.1)
        server.ask_to_stop()
        time.sleep(0.1)
        client.send_raw(framed(adt("A08", control_id="LATE")))
        with pytest.raises(ConnectionRefusedError):
            MllpClient(HOST, server.port)
        go.set()
        assert [client.read_reply().control_id for _ in range(2)] == ["C1", "C2"]
        with pytest.raises(ConnectionClosed):
            client.read_reply()
    assert outcomes() == {"C1": "applied", "C2": "applied"}


def test_stopping_drops_half_a_frame_and_idle_peers_at_once(server, outcomes):
    with MllpClient(HOST, server.port) as idle, MllpClient(HOST, server.port) as half:
        assert idle.send(adt(control_id="C1")).code == "AA"
        half.send_raw(framed(adt(control_id="C2"))[:60])
        time.sleep(0.1)
        began = time.monotonic()
        server.ask_to_stop()
        for client in (idle, half):
            with pytest.raises(ConnectionError):
                client.read_reply()
            client.close()
        server.stop()
        assert time.monotonic() - began < 3
    assert outcomes() == {"C1": "applied"}


def test_a_peer_that_takes_no_replies_cannot_hold_the_end_up(feed):
    with (
        listening(Limits(send_seconds=0.5)) as server,
        MllpClient(HOST, server.port, timeout=0.3) as deaf,
    ):
        send_until_held_back(deaf)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 10


def test_while_the_database_cannot_be_used_nothing_is_accepted(feed, outcomes):
    down = [True]

    def receive(arrivals, at):
        if down[0]:
            raise OperationalError("database is locked")
        return intake.receive(arrivals, at=at)

    message = adt(control_id="C1")
    with listening(receive=receive) as server, MllpClient(HOST, server.port) as client:
        refused = client.send(message)
        assert (refused.code, refused.control_id) == ("AR", "C1")
        assert not Message.objects.exists()
        down[0] = False
        assert client.send(message).code == "AA"
    assert outcomes() == {"C1": "applied"}


def test_a_group_is_tried_again_when_only_the_connection_was_lost(feed, outcomes):
    from django.db import connection

    tries = []

    def receive(arrivals, at):
        tries.append(len(arrivals))
        if len(tries) == 1:
            connection.close()
            raise OperationalError("server closed the connection unexpectedly")
        return intake.receive(arrivals, at=at)

    with listening(receive=receive) as server, MllpClient(HOST, server.port) as client:
        assert client.send(adt(control_id="C1")).code == "AA"
    assert tries == [1, 1]
    assert outcomes() == {"C1": "applied"}


def test_one_bad_message_does_not_harm_the_group_it_came_in(feed, outcomes, monkeypatch):
    """An error of our own on one message: the group is rolled back and taken one by one."""
    from homeward.gateway.services import reading

    real = reading.translate

    def translate(read, *, receipt):
        real(read, receipt=receipt)
        if read.control_id == "BAD" and not read.errors:
            read.events = (object(),)  # what no code of ours can apply

    monkeypatch.setattr(reading, "translate", translate)
    held, go = Event(), Event()

    def receive(arrivals, at):
        held.set()
        go.wait(5)
        return intake.receive(arrivals, at=at)

    with listening(receive=receive) as server:
        clients = [MllpClient(HOST, server.port) for _ in range(4)]
        for number, client in enumerate(clients):
            name = "BAD" if number == 2 else f"C{number}"
            text = adt(local_id=f"H{number}", visit=f"V{number}", control_id=name)
            client.send_raw(framed(text))
            held.wait(5)  # the first goes alone, the others gather behind it
        wait_until(lambda: server.listener._waiting.lines_waiting() == 3)
        go.set()
        codes = [client.read_reply().code for client in clients]
        for client in clients:
            client.close()
    assert codes == ["AA"] * 4
    kept = {"C0": "applied", "C1": "applied", "BAD": "quarantined", "C3": "applied"}
    assert outcomes() == kept

"""Peers that are slow, wrong, greedy or many: each is contained, and the others go on."""

from __future__ import annotations

import asyncio
import random
import time
import tracemalloc
from collections import Counter
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeward.gateway.models import Message
from homeward.gateway.services import rebuild
from homeward.gateway.waiting import Limits
from tests.factories_gateway import adt
from tests.support.mllp_client import (
    AsyncMllpClient,
    ConnectionClosed,
    MllpClient,
    framed,
    send_over_many,
    send_until_held_back,
)
from tests.support.mllp_server import HOST, listening, start_listening

pytestmark = [pytest.mark.loopback, pytest.mark.django_db(transaction=True)]


def hung_up(client: MllpClient) -> bool:
    """Whether the other side closes without another reply."""
    try:
        client.read_reply()
    except ConnectionError:
        return True
    return False


def test_half_a_frame_and_then_silence_is_timed_out(feed, capsys):
    with listening(Limits(frame_seconds=0.2)) as server, MllpClient(HOST, server.port) as client:
        client.send_raw(framed(adt())[:50])
        assert hung_up(client)
    assert not Message.objects.exists()
    assert "half a frame" in capsys.readouterr().out


def test_a_frame_that_drips_in_is_timed_out_too(feed):
    with listening(Limits(frame_seconds=0.3)) as server, MllpClient(HOST, server.port) as client:
        drops = [bytes([byte]) for byte in framed(adt())]
        began = time.monotonic()
        with pytest.raises(ConnectionError):
            client.send_pieces(drops, pause_seconds=0.05)
        assert time.monotonic() - began < 0.05 * len(drops) / 2


def test_the_time_for_a_frame_starts_anew_with_each(feed):
    with listening(Limits(frame_seconds=0.5)) as server, MllpClient(HOST, server.port) as client:
        for number in range(4):
            whole = framed(adt("A08", control_id=f"C{number}"))
            client.send_pieces([whole[:40], whole[40:]], pause_seconds=0.2)
            assert client.read_reply().code == "AA"


def test_a_silent_connection_is_closed_after_the_idle_time(feed):
    with listening(Limits(idle_seconds=0.2)) as server, MllpClient(HOST, server.port) as client:
        assert client.send(adt()).code == "AA"
        assert hung_up(client)


def test_a_frame_too_big_is_refused_by_name_and_closed(feed, outcomes):
    limits = Limits(frame_bytes=100_000, linger_seconds=0.3)
    big = adt(control_id="BIG", extra=("NTE|1||" + "x" * 300_000,))
    with listening(limits) as server, MllpClient(HOST, server.port) as client:
        assert client.send(adt(control_id="C1")).code == "AA"
        reply = client.send(big)
        assert (reply.code, reply.control_id) == ("AR", "BIG")
        assert "100000 bytes" in reply.field("ERR", 8)
        assert hung_up(client)
    assert outcomes() == {"C1": "applied"}


def test_a_frame_without_end_costs_no_more_memory_than_a_frame_may(feed):
    limits = Limits(frame_bytes=1_000_000, linger_seconds=5)
    with listening(limits) as server, MllpClient(HOST, server.port) as client:
        client.send(adt(control_id="WARM"))
        tracemalloc.start()
        try:
            client.send_raw(b"\x0bMSH|^~\\&|")
            for _ in range(40):
                client.send_raw(b"x" * 1_000_000)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert client.read_reply().code == "AR"
    assert peak < 8_000_000


def test_half_frames_of_many_peers_share_one_limit(feed):
    limits = Limits(half_frame_bytes=2_000_000)
    with listening(limits) as server, MllpClient(HOST, server.port) as good:
        greedy = [MllpClient(HOST, server.port, timeout=5) for _ in range(10)]
        for peer in greedy:
            try:
                peer.send_raw(b"\x0bMSH|^~\\&|" + b"x" * 900_000)
            except ConnectionError:
                continue
        assert good.send(adt(control_id="C1")).code == "AA"
        assert sum(hung_up_by_now(peer) for peer in greedy) >= 7
        for peer in greedy:
            peer.close()
        assert server.listener._waiting.half_frames <= limits.half_frame_bytes + 65_536


def hung_up_by_now(client: MllpClient) -> bool:
    client.socket.settimeout(0.5)
    try:
        return hung_up(client)
    except TimeoutError:
        return False


def test_memory_of_half_frames_is_given_back(feed):
    with listening(Limits(frame_seconds=0.2)) as server, MllpClient(HOST, server.port) as client:
        client.send_raw(b"\x0bMSH|" + b"x" * 200_000)
        assert hung_up(client)
        assert server.listener._waiting.half_frames == 0


def test_endless_noise_is_cut_off(feed):
    limits = Limits(frame_bytes=100_000)
    with listening(limits) as server, MllpClient(HOST, server.port) as client:
        try:
            for _ in range(40):
                client.send_raw(b"y" * 65_536)
        except ConnectionError:
            return
        assert hung_up(client)


def test_a_slow_sender_keeps_nobody_waiting(server):
    message = framed(adt(control_id="SLOW"))
    with MllpClient(HOST, server.port) as slow, MllpClient(HOST, server.port) as quick:
        for at in range(0, len(message), 40):
            slow.send_raw(message[at : at + 40])
            assert quick.send(adt("A08", control_id=f"C{at}")).code == "AA"
        assert slow.read_reply().control_id == "SLOW"


def test_a_sender_that_never_reads_is_held_back_and_keeps_nobody_waiting(feed):
    limits = Limits(send_seconds=0.5, frames_waiting=8)
    with (
        listening(limits) as server,
        MllpClient(HOST, server.port) as good,
        MllpClient(HOST, server.port, timeout=0.3) as deaf,
    ):
        send_until_held_back(deaf)
        began = time.monotonic()
        assert good.send(adt("A08", control_id="C1")).code == "AA"
        assert time.monotonic() - began < 5


def test_pipelining_peers_do_not_starve_one_that_sends_a_message_at_a_time(feed):
    """Groups take a message of each connection in turn, so a long queue is others' own."""
    taken: list[list[str]] = []
    go = Event()

    def receive(arrivals, at):
        go.wait(10)
        taken.append([bytes(a.raw).split(b"|")[9].decode() for a in arrivals])
        return [Reply() for _ in arrivals]

    class Reply:
        replies = (b"MSH|^~\\&|\rMSA|AA|x\r",)

    limits = Limits(group=4, gather_seconds=0)
    with (
        listening(limits, receive=receive) as server,
        MllpClient(HOST, server.port) as bulk,
        MllpClient(HOST, server.port) as good,
    ):
        bulk.send_raw(b"".join(framed(adt(control_id=f"B{n}")) for n in range(40)))
        time.sleep(0.2)
        good.send_raw(framed(adt(control_id="GOOD")))
        time.sleep(0.2)
        go.set()
        good.read_reply()
        for _ in range(40):
            bulk.read_reply()
    when = next(n for n, group in enumerate(taken) if "GOOD" in group)
    assert when <= 1
    assert [name for group in taken for name in group if name != "GOOD"] == [
        f"B{n}" for n in range(40)
    ]


def test_connections_past_the_limit_are_refused_and_the_others_go_on(feed, capsys):
    with listening(Limits(connections=2)) as server:
        with MllpClient(HOST, server.port) as one, MllpClient(HOST, server.port) as two:
            assert one.send(adt(control_id="C1")).code == "AA"
            assert two.send(adt("A08", control_id="C2")).code == "AA"
            with MllpClient(HOST, server.port) as three:
                assert hung_up(three)
            assert one.send(adt("A08", control_id="C3")).code == "AA"
        # A place is free again once somebody leaves.
        time.sleep(0.2)
        with MllpClient(HOST, server.port) as four:
            assert four.send(adt("A08", control_id="C4")).code == "AA"
    assert "connection.refused" in capsys.readouterr().out


def test_five_hundred_connections_at_once_are_all_answered(server, outcomes):
    messages = [
        adt(
            "A01" if turn == 0 else "A08",
            local_id=f"H{n}",
            visit=f"V{n}",
            place=f"ASH^B^{n}",
            control_id=f"C{turn}-{n}",
        )
        for turn in range(2)
        for n in range(500)
    ]
    sent = asyncio.run(send_over_many(HOST, server.port, messages, connections=500))
    assert Counter(one.reply and one.reply.code for one in sent) == {"AA": 1000}
    assert Counter(outcomes().values()) == {"applied": 1000}


PIECES = st.sampled_from(
    [b"\x0b", b"\x1c", b"\r", b"\x1c\r", b"MSH|^~\\&|", b"MSH", b"PID|", b"~", b"\\X", b"\xff\xfe"]
)
GARBAGE = st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=30).map(b"".join))


@pytest.fixture(scope="module")
def peers():
    """Kept over all examples, so that what one example breaks the next one sees."""
    return {"count": 0}


@given(st.lists(st.lists(GARBAGE, max_size=4), min_size=1, max_size=4))
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_bytes_of_one_peer_stop_the_others(server, peers, streams):
    with MllpClient(HOST, server.port) as good:
        for pieces in streams:
            with MllpClient(HOST, server.port) as bad:
                bad.send_pieces(piece for piece in pieces if piece)
                peers["count"] += 1
                reply = good.send(adt("A08", control_id=f"GOOD{peers['count']}"))
                assert reply.code == "AA"
                assert reply.control_id == f"GOOD{peers['count']}"
    assert server.thread.is_alive()


def test_whole_frames_of_mutilated_messages_are_each_answered(server):
    rng = random.Random(7)
    with MllpClient(HOST, server.port, timeout=30) as client:
        for number in range(150):
            message = bytearray(adt("A08", control_id=f"C{number}"))
            for _ in range(rng.randint(1, 12)):
                message[rng.randrange(len(message))] = rng.choice(b"|^~\\&\r\x00\xff\x80A1")
            reply = client.send(bytes(message))
            assert reply.code in {"AA", "AE", "AR"}
    assert rebuild.compare().equal


def test_garbage_from_many_peers_at_once_leaves_a_good_feed_alone(server):
    rng = random.Random(3)
    streams = [
        b"".join(
            rng.choice((b"\x0b", b"\x1c\r", b"MSH|^~\\&|", rng.randbytes(40))) for _ in "x" * 50
        )
        for _ in range(60)
    ]

    async def bad(stream: bytes) -> None:
        try:
            async with await AsyncMllpClient.connect(HOST, server.port) as client:
                await client.send_pieces([stream])
                await client.read_reply()
        except (ConnectionError, ValueError):
            return

    async def good() -> list[str]:
        async with await AsyncMllpClient.connect(HOST, server.port) as client:
            return [(await client.send(adt("A08", control_id=f"GOOD{n}"))).code for n in range(20)]

    async def all_of_them() -> list[str]:
        async with asyncio.timeout(60):
            tasks = [asyncio.create_task(bad(stream)) for stream in streams]
            codes = await good()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            return codes

    assert asyncio.run(all_of_them()) == ["AA"] * 20


def test_an_error_of_our_own_in_one_connection_ends_only_that_one(server, monkeypatch, capsys):
    from homeward.gateway import connection

    class Broken:
        mid_frame = False
        buffered = 0

        def __init__(self, _limit: int) -> None:
            pass

        def feed(self, _data: bytes) -> list[object]:
            raise RuntimeError("broken on purpose")

    with MllpClient(HOST, server.port) as good:
        assert good.send(adt(control_id="C1")).code == "AA"
        monkeypatch.setattr(connection, "FrameReader", Broken)
        with MllpClient(HOST, server.port) as unlucky:
            unlucky.send_raw(b"x")
            with pytest.raises(ConnectionClosed):
                unlucky.read_reply()
        assert good.send(adt("A08", control_id="C2")).code == "AA"
    assert "connection.failed" in capsys.readouterr().out


def test_a_listener_that_cannot_go_on_ends_instead_of_being_deaf(feed):
    def receive(arrivals, at):
        return []  # fewer answers than messages: a fault of ours

    server = start_listening(Limits(send_seconds=0.5), receive=receive)
    with MllpClient(HOST, server.port) as client:
        client.send_raw(framed(adt()))
        assert hung_up(client)
    server.thread.join(5)
    with pytest.raises(ValueError, match="shorter"):
        server.stop()

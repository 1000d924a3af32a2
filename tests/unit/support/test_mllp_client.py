"""The test client against a small server, so that listener tests can trust it."""

import asyncio
import random
import socket
import threading

import pytest

from tests.support.mllp_client import (
    ConnectionClosed,
    MllpClient,
    Reply,
    cut_at_random,
    framed,
    send_over_many,
    take_reply,
)

MESSAGES = [f"MSH|^~\\&|A|B|||||ADT^A01|{number}|P|2.5\r".encode() for number in range(40)]


def ack(payload: bytes) -> bytes:
    control_id = payload.split(b"|")[9]
    return framed(b"MSH|^~\\&|B|A|||||ACK|1|P|2.5\rMSA|AA|" + control_id + b"\r")


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            frame = await reader.readuntil(b"\x1c\x0d")
            writer.write(ack(frame[1:-2]))
            await writer.drain()
    except asyncio.IncompleteReadError:
        writer.close()
        await writer.wait_closed()


def test_a_reply_tells_its_code_and_whom_it_answers():
    reply = Reply(b"MSH|^~\\&|B|A|||||ACK|1|P|2.5\rMSA|AE|77\rERR|||101^Required\r")
    assert (reply.code, reply.control_id, reply.field("ERR", 3)) == ("AE", "77", "101^Required")
    assert reply.field("ZZZ", 1) == ""


def test_cutting_at_random_loses_nothing_and_makes_no_empty_piece():
    rng = random.Random(1)
    for pieces in (1, 2, 5, 500):
        parts = cut_at_random(MESSAGES[0], rng, pieces)
        assert b"".join(parts) == MESSAGES[0]
        assert all(parts)


def test_two_replies_in_one_read_are_taken_one_by_one():
    buffer = bytearray(framed(b"one") + framed(b"two") + b"\x0bhal")
    assert [take_reply(buffer), take_reply(buffer), take_reply(buffer)] == [
        Reply(b"one"),
        Reply(b"two"),
        None,
    ]


@pytest.mark.loopback
@pytest.mark.parametrize("cuts", [None, random.Random(7)])
def test_every_message_over_many_connections_has_its_own_reply(cuts):
    async def run():
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        async with server:
            host, port = server.sockets[0].getsockname()
            return await send_over_many(host, port, MESSAGES, connections=8, cuts=cuts)

    sent = asyncio.run(run())
    assert sorted(one.message for one in sent) == sorted(MESSAGES)
    assert all(
        one.reply and one.reply.control_id == one.message.split(b"|")[9].decode() for one in sent
    )


@pytest.mark.loopback
def test_a_broken_connection_leaves_the_message_without_a_reply():
    async def hang_up(reader, writer):
        await reader.readuntil(b"\x1c\x0d")
        writer.close()
        await writer.wait_closed()

    async def run():
        server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        async with server:
            host, port = server.sockets[0].getsockname()
            return await send_over_many(host, port, MESSAGES[:3], connections=1)

    sent = asyncio.run(run())
    assert [(one.message, one.reply) for one in sent] == [(MESSAGES[0], None)]


@pytest.mark.loopback
def test_the_blocking_client_sends_and_says_when_it_is_hung_up_on():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer_once():
            connection, _ = server.accept()
            with connection:
                got = b""
                while not got.endswith(b"\x1c\x0d"):
                    got += connection.recv(1000)
                connection.sendall(ack(got[1:-2]))

        thread = threading.Thread(target=answer_once)
        thread.start()
        with MllpClient(*server.getsockname()) as client:
            assert client.send(MESSAGES[5]).control_id == "5"
            thread.join()
            with pytest.raises(ConnectionClosed):
                client.read_reply()

"""An MLLP sender for tests: one connection or many, whole frames or crumbs of them.

It frames messages by itself and shares no code with the gateway, so that a mistake in the
gateway's framing cannot hide behind the same mistake here.
"""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

START = b"\x0b"
END = b"\x1c\x0d"
READ_SIZE = 65_536


class ConnectionClosed(ConnectionError):
    """The other side hung up before a whole reply came."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An acknowledgement as it came, without its frame."""

    raw: bytes

    def fields(self, segment: str) -> list[str]:
        """The fields of the first such segment, its name first; empty if there is none."""
        text = self.raw.decode("utf-8", errors="replace")
        separator = text[3:4] or "|"
        for line in text.replace("\n", "\r").split("\r"):
            if line.startswith(segment + separator):
                return line.split(separator)
        return []

    def field(self, segment: str, number: int) -> str:
        """A field by HL7's number (not for MSH, which counts its separator); "" if absent."""
        found = self.fields(segment)
        return found[number] if number < len(found) else ""

    @property
    def code(self) -> str:
        """MSA-1: AA, AE or AR (CA, CE or CR in enhanced mode)."""
        return self.field("MSA", 1)

    @property
    def control_id(self) -> str:
        """MSA-2: the control id of the message that this answers."""
        return self.field("MSA", 2)


@dataclass(frozen=True, slots=True)
class Sent:
    """One message, what came back (None if the connection broke first) and how long it took."""

    message: bytes
    reply: Reply | None
    seconds: float


def framed(message: bytes) -> bytes:
    return START + message + END


def cut_at_random(data: bytes, rng: random.Random, pieces: int = 5) -> list[bytes]:
    """The same bytes in up to `pieces` parts, cut where chance says, none of them empty."""
    places = range(1, len(data))
    cuts = sorted(rng.sample(places, min(pieces - 1, len(places))))
    return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]


def take_reply(buffer: bytearray) -> Reply | None:
    """Take one whole frame off the front of the buffer; None while it is not all there."""
    end = buffer.find(END)
    if end < 0:
        return None
    start = buffer.find(START, 0, end)
    if start < 0:
        raise ValueError(f"a reply without its start byte: {bytes(buffer[:80])!r}")
    reply = Reply(bytes(buffer[start + 1 : end]))
    del buffer[: end + len(END)]
    return reply


class MllpClient:
    """One blocking connection. Use as a context manager; times out after `timeout` seconds."""

    def __init__(
        self, host: str, port: int, *, timeout: float = 10, tls: ssl.SSLContext | None = None
    ) -> None:
        plain = socket.create_connection((host, port), timeout)
        self.socket = tls.wrap_socket(plain, server_hostname=host) if tls else plain
        self.buffer = bytearray()

    def send_raw(self, data: bytes) -> None:
        """Any bytes, in no frame."""
        self.socket.sendall(data)

    def send_pieces(self, pieces: Iterable[bytes], *, pause_seconds: float = 0) -> None:
        """Pieces one by one, each in a write of its own; a pause makes a slow sender."""
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            self.socket.sendall(piece)
            time.sleep(pause_seconds)

    def read_reply(self) -> Reply:
        """The next reply. Raises ConnectionClosed, or TimeoutError when none comes in time."""
        while True:
            reply = take_reply(self.buffer)
            if reply is not None:
                return reply
            data = self.socket.recv(READ_SIZE)
            if not data:
                raise ConnectionClosed(f"hung up after {bytes(self.buffer)!r}")
            self.buffer += data

    def send(self, message: bytes) -> Reply:
        """One message in its frame, and its reply."""
        self.send_raw(framed(message))
        return self.read_reply()

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncMllpClient:
    """One asyncio connection: `async with await AsyncMllpClient.connect(host, port) as client`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.buffer = bytearray()

    @classmethod
    async def connect(cls, host: str, port: int, *, tls: ssl.SSLContext | None = None) -> Self:
        return cls(*await asyncio.open_connection(host, port, ssl=tls))

    async def send_pieces(self, pieces: Iterable[bytes], *, pause_seconds: float = 0) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(pause_seconds)

    async def read_reply(self) -> Reply:
        """The next reply. Raises ConnectionClosed when the other side hangs up first."""
        while True:
            reply = take_reply(self.buffer)
            if reply is not None:
                return reply
            data = await self.reader.read(READ_SIZE)
            if not data:
                raise ConnectionClosed(f"hung up after {bytes(self.buffer)!r}")
            self.buffer += data

    async def send(self, message: bytes) -> Reply:
        await self.send_pieces([framed(message)])
        return await self.read_reply()

    async def close(self) -> None:
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except (ConnectionError, ssl.SSLError):
            return
        finally:
            # Given up on while bytes still wait for a peer that reads nothing: drop them.
            self.writer.transport.abort()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


async def send_in_order(
    host: str,
    port: int,
    messages: Iterable[bytes],
    *,
    cuts: random.Random | None = None,
    pause_seconds: float = 0,
) -> list[Sent]:
    """Messages over one connection, each after the last one's reply.

    cuts: send every frame in random pieces. Stops at the first broken connection, whose message
    is returned with no reply: nobody knows whether it was stored.
    """
    done: list[Sent] = []
    pending: bytes | None = None
    began = time.perf_counter()
    try:
        async with await AsyncMllpClient.connect(host, port) as client:
            for message in messages:
                pending, began = message, time.perf_counter()
                whole = framed(message)
                pieces = cut_at_random(whole, cuts) if cuts else [whole]
                await client.send_pieces(pieces, pause_seconds=pause_seconds)
                reply = await client.read_reply()
                done.append(Sent(message, reply, time.perf_counter() - began))
                pending = None
    except (ConnectionError, asyncio.IncompleteReadError):
        if pending is not None:
            done.append(Sent(pending, None, time.perf_counter() - began))
    return done


async def send_over_many(
    host: str,
    port: int,
    messages: Sequence[bytes],
    *,
    connections: int,
    cuts: random.Random | None = None,
    pause_seconds: float = 0,
) -> list[Sent]:
    """Messages dealt out in turn to so many connections at once; results by connection.

    To keep one person's messages in order, send them over one connection with `send_in_order`.
    """
    hands = [messages[number::connections] for number in range(connections)]
    tasks = [
        send_in_order(host, port, hand, cuts=cuts, pause_seconds=pause_seconds)
        for hand in hands
        if hand
    ]
    return [sent for hand in await asyncio.gather(*tasks) for sent in hand]


def send_all(
    host: str, port: int, messages: Sequence[bytes], *, connections: int = 1
) -> list[Sent]:
    """`send_over_many` for callers that are not asynchronous."""
    return asyncio.run(send_over_many(host, port, messages, connections=connections))


def send_until_held_back(client: MllpClient, *, message: bytes = b"deaf") -> None:
    """Send frames and read no reply, until the other side takes no more or hangs up."""
    many = framed(message) * 2_000
    try:
        for _ in range(1_000):
            client.send_raw(many)
    except (TimeoutError, ConnectionError):
        return
    raise AssertionError("the other side took everything")


def wait_for_port(host: str, port: int, *, seconds: float = 20) -> None:
    """Return once something listens there. Raises TimeoutError."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            socket.create_connection((host, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing listens on {host}:{port} after {seconds} s")

"""Kill listeners under load with kill -9, and see what the log then holds."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from tests.support.adt_streams import ODS, Stream
from tests.support.mllp_client import AsyncMllpClient
from tests.support.mllp_server import HOST, ListenProcess, homeward

RECONNECT_SECONDS = 0.05
REPLY_SECONDS = 60.0


@contextmanager
def fresh_database(given: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database: on the PostgreSQL server given, else an SQLite file."""
    if not given.startswith("postgres"):
        yield f"sqlite:///{folder / 'kill.sqlite3'}"
        return
    name = f"homeward_kill_{uuid4().hex[:12]}"
    with closing(psycopg.connect(given, autocommit=True)) as server:
        server.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield given.rpartition("/")[0] + f"/{name}"
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@dataclass
class Log:
    """The database read by itself, without our code."""

    url: str

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        if self.url.startswith("postgres"):
            with closing(psycopg.connect(self.url)) as server:
                return server.execute(query.encode()).fetchall()
        with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as file:
            return file.execute(query).fetchall()

    def value(self, query: str) -> Any:
        return self.rows(query)[0][0]


@dataclass
class Figures:
    """What a run came to."""

    kills: int = 0
    sent: int = 0
    # Control id -> the reply as it came.
    acknowledged: dict[str, bytes] = field(default_factory=dict)
    # Sent again because no reply came before the kill.
    resent: int = 0
    # Sent again by the hospital itself although acknowledged.
    repeated: int = 0
    refused: int = 0

    def __str__(self) -> str:
        return (
            f"kills={self.kills} sent={self.sent} acknowledged={len(self.acknowledged)} "
            f"resent={self.resent} repeated={self.repeated} refused={self.refused}"
        )


@dataclass
class Senders:
    """Connections that each send a stream and send again what was not acknowledged."""

    streams: list[Stream]
    ports: list[int]
    figures: Figures = field(default_factory=Figures)
    stopping: bool = False

    async def run(self) -> None:
        """Until `stopping`; then each finishes the message it is at."""
        await asyncio.gather(*(self._one(n, stream) for n, stream in enumerate(self.streams)))

    async def _one(self, number: int, stream: Stream) -> None:
        client = await self._connect(number)
        for control, message in stream.messages():
            if self.stopping:
                break
            self.figures.repeated += control in self.figures.acknowledged
            while not await self._accepted(client, control, message):
                # The listener died: the sender cannot know whether the message was stored.
                self.figures.resent += 1
                await client.close()
                number += 1
                client = await self._connect(number)
        await client.close()

    async def _accepted(self, client: AsyncMllpClient, control: str, message: bytes) -> bool:
        self.figures.sent += 1
        try:
            async with asyncio.timeout(REPLY_SECONDS):
                reply = await client.send(message)
        except ConnectionError:
            return False
        assert reply.control_id == control, "a reply to another message"
        if reply.code != "AA":
            self.figures.refused += 1
            await asyncio.sleep(RECONNECT_SECONDS)
            return False
        assert self.figures.acknowledged.setdefault(control, reply.raw) == reply.raw
        return True

    async def _connect(self, number: int) -> AsyncMllpClient:
        while True:
            try:
                return await AsyncMllpClient.connect(HOST, self.ports[number % len(self.ports)])
            except OSError:
                number += 1
                await asyncio.sleep(RECONNECT_SECONDS)


async def kill_under_load(
    listeners: Sequence[ListenProcess],
    *,
    kills: int,
    connections: int,
    seed: int,
    between: tuple[float, float],
) -> Figures:
    """Send on all connections, kill the listeners in turn at random moments, start them again."""
    rng = random.Random(seed)
    streams = [Stream(f"S{n:02}", seed) for n in range(connections)]
    senders = Senders(streams, [listener.port for listener in listeners])
    for listener in listeners:
        await asyncio.to_thread(listener.start)
    sending = asyncio.create_task(senders.run())
    for number in range(kills):
        await asyncio.sleep(rng.uniform(*between))
        listener = listeners[number % len(listeners)]
        await asyncio.to_thread(listener.kill)
        senders.figures.kills += 1
        await asyncio.to_thread(listener.start)
        assert not sending.done(), sending.exception()
    await asyncio.sleep(rng.uniform(*between))
    senders.stopping = True
    await sending
    for listener in listeners:
        assert await asyncio.to_thread(listener.stop) == 0
    return senders.figures


def prepare(environment: dict[str, str]) -> None:
    """Make the tables and the feed that the streams come from."""
    done = homeward(
        environment,
        *("set-feed", "pas", "--org", ODS, "--org-name", "Test Trust"),
        *("application=PAS", f"facility={ODS}", f"local_authority={ODS}"),
    )
    assert done.returncode == 0, done.stderr


def check(log: Log, figures: Figures, environment: dict[str, str]) -> str:
    """Assert that nothing is lost, doubled or torn; returns a line of figures."""
    rows = log.rows("SELECT control_id, outcome, reply FROM gateway_message")
    stored = {control: outcome for control, outcome, _ in rows}
    assert len(rows) == len(stored), "a message is in the log twice"
    missing = figures.acknowledged.keys() - stored
    assert not missing, sorted(missing)[:10]
    replies = {control: bytes(reply) for control, _, reply in rows}
    assert figures.acknowledged.items() <= replies.items(), "another reply than was sent"
    assert set(stored.values()) <= {"applied", "quarantined"}, Counter(stored.values())
    torn = {name: log.value(query) for name, query in TORN.items()}
    assert not any(torn.values()), torn
    if log.url.startswith("sqlite"):
        assert log.rows("PRAGMA integrity_check") == [("ok",)]
        assert log.rows("PRAGMA foreign_key_check") == []
    done = homeward(environment, "rebuild", "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "equal" in done.stdout.splitlines()
    counts = " ".join(f"{name}={count}" for name, count in Counter(stored.values()).items())
    return (
        f"{figures} stored={len(stored)} {counts} missing={len(missing)} twice=0 torn=0 "
        f"rebuild=equal"
    )


# Each counts rows that only half a unit of work could leave.
TORN = {
    "a message applied to nobody": """
        SELECT count(*) FROM gateway_message m WHERE outcome = 'applied'
        AND NOT EXISTS (SELECT 1 FROM gateway_messageperson p WHERE p.message_id = m.receipt)""",
    "a message without a reply": """
        SELECT count(*) FROM gateway_message WHERE length(reply) = 0""",
    "a person nobody spoke of": """
        SELECT count(*) FROM hospital_person p
        WHERE NOT EXISTS (SELECT 1 FROM gateway_messageperson m WHERE m.person = p.id)""",
    "an open spell with no open bed stay": """
        SELECT count(*) FROM hospital_spell s WHERE status = 'open'
        AND NOT EXISTS (
            SELECT 1 FROM hospital_bedstay b WHERE b.spell_id = s.id AND b.ended_at IS NULL
        )""",
    "two open bed stays in one spell": """
        SELECT count(*) FROM (
            SELECT spell_id FROM hospital_bedstay WHERE ended_at IS NULL
            GROUP BY spell_id HAVING count(*) > 1
        ) doubled""",
}

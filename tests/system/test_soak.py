"""One good feed among garbage, hundreds of connections, huge frames and slow peers.

HOMEWARD_SOAK_SECONDS says how long (60 unless set).
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from tests.support.adt_streams import Stream
from tests.support.killing import Log, fresh_database, prepare
from tests.support.mllp_client import AsyncMllpClient, framed
from tests.support.mllp_server import HOST, ListenProcess, environment_for, homeward
from tests.support.services import free_port

pytestmark = [pytest.mark.loopback, pytest.mark.soak]
GIVEN = os.environ.get("DATABASE_URL", "")
SECONDS = float(os.environ.get("HOMEWARD_SOAK_SECONDS", "60"))
MEGABYTE = 1_000_000
MOST_MEMORY = 900 * MEGABYTE
PIECES = (b"\x0b", b"\x1c", b"\r", b"\x1c\r", b"MSH|^~\\&|", b"\x00\xff", b"PID|||")


@dataclass
class Load:
    """Everything that happens on one port until the time is over."""

    port: int
    until: float
    # Seconds from sending to the reply, for the good feed alone.
    waits: list[float] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)

    def going(self) -> bool:
        return time.monotonic() < self.until

    def count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1

    async def good_feed(self) -> None:
        async with await AsyncMllpClient.connect(HOST, self.port) as client:
            for control, message in Stream("GOOD", 1).messages():
                if not self.going():
                    return
                began = time.monotonic()
                reply = await client.send(message)
                self.waits.append(time.monotonic() - began)
                assert reply.control_id == control
                self.codes.append(reply.code)
                await asyncio.sleep(0.02)

    async def again_and_again(
        self, what: str, one: Callable[[random.Random], Awaitable[None]]
    ) -> None:
        """A peer that misbehaves, is hung up on or not, and comes back."""
        rng = random.Random(what)
        while self.going():
            with suppress(ConnectionError, TimeoutError, ValueError):
                async with asyncio.timeout(30):
                    await one(rng)
            self.count(what.split()[0])
            await asyncio.sleep(rng.uniform(0, 0.2))

    async def one_of_many(self, rng: random.Random) -> None:
        """One of hundreds: a message now and then on a connection that stays."""
        name = f"M{rng.randrange(10**9)}"
        async with await AsyncMllpClient.connect(HOST, self.port) as client:
            for _, message in Stream(name, 1).messages():
                await asyncio.sleep(rng.uniform(2, 12))
                if not self.going():
                    return
                await client.send(message)
                self.count("message-of-many")

    async def garbage(self, rng: random.Random) -> None:
        async with await AsyncMllpClient.connect(HOST, self.port) as client:
            for _ in range(20):
                data = b"".join(
                    rng.choice((*PIECES, rng.randbytes(rng.randrange(200)))) for _ in range(30)
                )
                await client.send_pieces([data], pause_seconds=rng.uniform(0, 0.2))

    async def huge(self, rng: random.Random) -> None:
        """Nearly ten megabytes that are applied, or more than are allowed."""
        size = rng.choice((9 * MEGABYTE, 9 * MEGABYTE, 14 * MEGABYTE))
        _, message = next(Stream(f"HUGE{rng.randrange(10**9)}", 1).messages())
        note = b"NTE|1||" + rng.choice((b"x", b"|", b"~^", b"\\T\\")) * (size // 2)
        async with await AsyncMllpClient.connect(HOST, self.port) as client:
            reply = await client.send(message + note[:size] + b"\r")
            self.count(f"huge-{reply.code}")

    async def half_of_huge(self, rng: random.Random) -> None:
        async with await AsyncMllpClient.connect(HOST, self.port) as client:
            await client.send_pieces([b"\x0bMSH|^~\\&|" + b"x" * (9 * MEGABYTE)])
            await asyncio.sleep(rng.uniform(1, 5))

    async def drip(self, rng: random.Random) -> None:
        _, message = next(Stream(f"SLOW{rng.randrange(10**9)}", 1).messages())
        async with await AsyncMllpClient.connect(HOST, self.port) as client:
            whole = framed(message)
            pieces = [whole[at : at + 16] for at in range(0, len(whole), 16)]
            await client.send_pieces(pieces, pause_seconds=0.1)
            await client.read_reply()

    async def deaf(self, rng: random.Random) -> None:
        """Sends for ever and reads nothing."""
        _, message = next(Stream(f"DEAF{rng.randrange(10**9)}", 1).messages())
        async with await AsyncMllpClient.connect(HOST, self.port) as client:
            await client.send_pieces([framed(message) * 300] * 100)

    async def all_of_it(self, memory: Callable[[], int]) -> int:
        """Run everything at once; returns the most memory seen, in bytes."""
        kinds = (
            (500, "one of many", self.one_of_many),
            (20, "garbage", self.garbage),
            (3, "huge", self.huge),
            (6, "half-frame", self.half_of_huge),
            (20, "drip", self.drip),
            (2, "deaf", self.deaf),
        )
        bad = [
            asyncio.create_task(self.again_and_again(f"{name} {number}", one))
            for count, name, one in kinds
            for number in range(count)
        ]
        good = asyncio.create_task(self.good_feed())
        most = 0
        while not good.done():
            most = max(most, memory())
            await asyncio.sleep(0.25)
        for task in bad:
            task.cancel()
        await asyncio.gather(*bad, return_exceptions=True)
        await asyncio.sleep(0.2)  # for aborted connections to close
        await good
        return most


def test_a_good_feed_goes_on_among_all_others(tmp_path, capsys):
    with fresh_database(GIVEN, tmp_path) as url:
        environment = environment_for(tmp_path, url)
        prepare(environment)
        process = ListenProcess(environment, free_port(), tmp_path / "listener.log")
        process.start()
        try:
            load = Load(process.port, time.monotonic() + SECONDS)
            before = process.rss_bytes()
            most = asyncio.run(load.all_of_it(process.rss_bytes))
            assert process.stop() == 0
        finally:
            process.kill_if_running()
        log = process.log.read_text()
        stored = dict(
            Log(url).rows("SELECT outcome, count(*) FROM gateway_message GROUP BY outcome")
        )
        checked = homeward(environment, "rebuild", "--check")
    cuts = statistics.quantiles(load.waits, n=100)
    with capsys.disabled():
        print(
            f"\nsoak of {SECONDS:.0f} s on {'PostgreSQL' if GIVEN else 'SQLite'}: "
            f"good feed {len(load.waits)} messages, p50 {cuts[49] * 1000:.0f} ms, "
            f"p95 {cuts[94] * 1000:.0f} ms, most {max(load.waits) * 1000:.0f} ms; "
            f"memory {before / MEGABYTE:.0f} to {most / MEGABYTE:.0f} MB; {load.done}; "
            f"stored {stored}; log {len(log) / MEGABYTE:.1f} MB",
            flush=True,
        )
    assert set(load.codes) == {"AA"}
    assert most < MOST_MEMORY
    assert "Traceback" not in log
    assert checked.returncode == 0, checked.stdout

"""MLLP: many connections, one writer, replies in order and only after the commit.

The event loop reads frames and sends replies; one thread talks to the database. While it
commits one group the next gathers, so the group is as large as the load makes it.
"""

import asyncio
import contextlib
import signal
import ssl
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db import close_old_connections

from homeward.gateway.domain.hl7 import Frame, FrameReader, Noise, TooBig, build_ack, frame
from homeward.gateway.domain.hl7.acks import AckError
from homeward.gateway.services.intake import Answer
from homeward.gateway.services.reading import Arrival

logger = structlog.get_logger(__name__)

Receive = Callable[[Sequence[Arrival], datetime], list[Answer]]
READ_BYTES = 65_536
# Frames a connection may have waiting: a sender that never reads its replies stops there.
WAITING_FRAMES = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """What one peer may use. Sizes in bytes, times in seconds."""

    frame_bytes: int = 10_000_000
    idle_seconds: float = 600.0
    # Half a frame may not hold its memory for longer than this.
    frame_seconds: float = 60.0
    send_seconds: float = 30.0
    connections: int = 1000
    group: int = 64
    # All frames waiting on all connections together.
    waiting_bytes: int = 64_000_000
    # All half frames together; past it, whoever holds more than one read's worth is dropped.
    half_frame_bytes: int = 128_000_000
    # How long a group waits for the other connections' next messages.
    gather_seconds: float = 0.002


@dataclass(slots=True)
class _Waiting:
    arrival: Arrival
    answered: asyncio.Future[tuple[bytes, ...]]


@dataclass(slots=True)
class Listener:
    """One listening process. `receive` stores and applies a group and returns its answers."""

    receive: Receive
    clock: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)
    _waiting: deque[_Waiting] = field(default_factory=deque)
    _waiting_bytes: int = 0
    half_frames: int = 0
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _room: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _connections: set[asyncio.Task[None]] = field(default_factory=set)
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="intake")
    )

    async def serve(
        self,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        ready: Callable[[int], None] | None = None,
    ) -> None:
        """Listen until stopped; then take no more, and answer all that was taken.

        ready is called with the port once connections are accepted.
        Raises OSError when the address cannot be used.
        """
        server = await asyncio.start_server(self._connected, host, port, ssl=tls, limit=READ_BYTES)
        writer = asyncio.create_task(self._write_groups())
        port = server.sockets[0].getsockname()[1]
        logger.info("listener.ready", host=host, port=port)
        if ready is not None:
            ready(port)
        await self._stopping.wait()
        server.close()
        await self._finish()
        self._arrived.set()
        await writer
        self._thread.shutdown()
        logger.info("listener.stopped")

    def stop(self) -> None:
        """Ask for a clean end. Safe from a signal handler of the loop."""
        self._stopping.set()

    def stop_on_signals(self) -> None:
        """End cleanly on SIGTERM and SIGINT."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)

    async def _finish(self) -> None:
        for task in list(self._connections):
            task.cancel()
        if self._connections:
            await asyncio.wait(self._connections, timeout=self.limits.send_seconds)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        peer = _peer(writer)
        if len(self._connections) >= self.limits.connections:
            logger.warning("connection.refused", peer=peer, why="too many connections")
            writer.close()
            return
        self._connections.add(task)
        connection = _Connection(self, reader, writer, peer)
        try:
            await connection.run()
        except (ConnectionError, TimeoutError, ssl.SSLError) as error:
            logger.info("connection.lost", peer=peer, why=str(error) or type(error).__name__)
        except asyncio.CancelledError:
            # Stopping: what was taken has been answered by run().
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def take(self, arrival: Arrival) -> asyncio.Future[tuple[bytes, ...]]:
        """Queue a message; waits while too much is queued already."""
        while self._waiting_bytes >= self.limits.waiting_bytes:
            self._room.clear()
            await self._room.wait()
        answered: asyncio.Future[tuple[bytes, ...]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(arrival, answered))
        self._waiting_bytes += len(arrival.raw)
        self._arrived.set()
        return answered

    async def _write_groups(self) -> None:
        """One group after another until stopped and empty."""
        loop = asyncio.get_running_loop()
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                size = min(len(self._waiting), self.limits.group)
                group = [self._waiting.popleft() for _ in range(size)]
                sent = await loop.run_in_executor(self._thread, self._receive, group)
                self._waiting_bytes -= sum(len(waiting.arrival.raw) for waiting in group)
                self._room.set()
                for waiting, replies in zip(group, sent, strict=True):
                    if not waiting.answered.done():
                        waiting.answered.set_result(replies)
                await self._gather()
            if self._stopping.is_set() and not self._connections:
                return

    async def _gather(self) -> None:
        """Let the peers just answered send their next before the next group is cut."""
        wanted = min(self.limits.group, len(self._connections))
        deadline = time.monotonic() + self.limits.gather_seconds
        while len(self._waiting) < wanted and time.monotonic() < deadline:
            await asyncio.sleep(0)

    def _receive(self, group: list[_Waiting]) -> list[tuple[bytes, ...]]:
        """In the database thread: store and apply; when that cannot be done, say AR."""
        at = self.clock()
        close_old_connections()
        try:
            answers = self.receive([waiting.arrival for waiting in group], at)
        except Exception:
            logger.exception("group.not_stored", size=len(group))
            return [(self._cannot(waiting.arrival, at),) for waiting in group]
        return [answer.replies for answer in answers]

    @staticmethod
    def _cannot(arrival: Arrival, at: datetime) -> bytes:
        error = AckError("207", "the message could not be stored; send it again")
        return build_ack(arrival.raw, "AR", [error], at=at, control_id="HW0")


@dataclass(slots=True)
class _Connection:
    """One peer: frames in, replies out in the same order."""

    listener: Listener
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    peer: str

    async def run(self) -> None:
        """Read until the peer ends, is idle or sends too much; then answer what was taken."""
        limits = self.listener.limits
        frames = FrameReader(limits.frame_bytes)
        answers: asyncio.Queue[asyncio.Future[tuple[bytes, ...]] | None] = asyncio.Queue(
            WAITING_FRAMES
        )
        sender = asyncio.create_task(self._send(answers))
        try:
            while not sender.done():
                patience = limits.frame_seconds if frames.mid_frame else limits.idle_seconds
                async with asyncio.timeout(patience):
                    data = await self.reader.read(READ_BYTES)
                held = frames.buffered
                events = frames.feed(data)
                self.listener.half_frames += frames.buffered - held
                if not data or not await self._take(events, answers) or self._over(frames):
                    break
        except TimeoutError:
            why = "half a frame" if frames.mid_frame else "idle"
            logger.info("connection.timed_out", peer=self.peer, why=why)
        finally:
            self.listener.half_frames -= frames.buffered
            await self._drain(sender, answers)

    def _over(self, frames: FrameReader) -> bool:
        over = self.listener.half_frames > self.listener.limits.half_frame_bytes
        if over and frames.buffered > READ_BYTES:
            logger.warning("connection.dropped", peer=self.peer, why="half frames fill memory")
            return True
        return False

    async def _take(
        self,
        events: Sequence[Frame | Noise | TooBig],
        answers: "asyncio.Queue[asyncio.Future[tuple[bytes, ...]] | None]",
    ) -> bool:
        for event in events:
            if isinstance(event, Frame):
                arrival = Arrival(event.payload, self.peer)
                await answers.put(await self.listener.take(arrival))
            elif isinstance(event, TooBig):
                logger.warning(
                    "frame.too_big", peer=self.peer, limit=self.listener.limits.frame_bytes
                )
                await answers.put(_settled(self._too_big()))
                return False
            else:
                logger.info("noise.between_frames", peer=self.peer, bytes=event.size)
        return True

    def _too_big(self) -> bytes:
        limit = self.listener.limits.frame_bytes
        error = AckError("207", f"the frame is larger than {limit} bytes")
        return build_ack(b"", "AR", [error], at=self.listener.clock(), control_id="HW0")

    async def _send(
        self, answers: "asyncio.Queue[asyncio.Future[tuple[bytes, ...]] | None]"
    ) -> None:
        while (answered := await answers.get()) is not None:
            for reply in await answered:
                self.writer.write(frame(reply))
            async with asyncio.timeout(self.listener.limits.send_seconds):
                await self.writer.drain()

    async def _drain(
        self,
        sender: asyncio.Task[None],
        answers: "asyncio.Queue[asyncio.Future[tuple[bytes, ...]] | None]",
    ) -> None:
        """Send the replies still owed. They are committed: the peer should know."""
        with contextlib.suppress(ConnectionError, TimeoutError, ssl.SSLError):
            if not sender.done():
                await answers.put(None)
            await asyncio.shield(sender)


def _settled(reply: bytes) -> asyncio.Future[tuple[bytes, ...]]:
    future: asyncio.Future[tuple[bytes, ...]] = asyncio.get_running_loop().create_future()
    future.set_result((reply,))
    return future


def _peer(writer: asyncio.StreamWriter) -> str:
    address = writer.get_extra_info("peername")
    return f"{address[0]}:{address[1]}" if isinstance(address, tuple) else "unknown"

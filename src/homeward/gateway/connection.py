"""One MLLP peer: frames in, replies out in the same order."""

import asyncio
import contextlib
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from homeward.gateway.domain.hl7 import Frame, FrameReader, Noise, TooBig, build_ack, frame
from homeward.gateway.domain.hl7.acks import AckError
from homeward.gateway.services.reading import Arrival
from homeward.gateway.waiting import Limits, Line, Replies, Waiting

logger = structlog.get_logger(__name__)

READ_BYTES = 65_536
CLOSE_SECONDS = 2.0


@dataclass(slots=True, eq=False)
class Connection:
    """Two tasks: one reads frames and queues them, one sends each reply once it is there."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    waiting: Waiting
    limits: Limits
    clock: Callable[[], datetime]
    peer: str = field(init=False)
    messages: int = field(default=0, init=False)
    _frames: FrameReader = field(init=False)
    _line: Line = field(default_factory=deque, init=False)
    _owed: "asyncio.Queue[asyncio.Future[Replies] | None]" = field(
        default_factory=asyncio.Queue, init=False
    )
    _slots: asyncio.Semaphore = field(init=False)
    _reading: "asyncio.Task[str] | None" = field(default=None, init=False)
    _frame_began: float = field(default=0.0, init=False)
    _held: int = field(default=0, init=False)
    _noise: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """A reader for this peer's frames."""
        address = self.writer.get_extra_info("peername")
        self.peer = f"{address[0]}:{address[1]}" if isinstance(address, tuple) else "unknown"
        self._frames = FrameReader(self.limits.frame_bytes)
        self._slots = asyncio.Semaphore(self.limits.frames_waiting)

    async def run(self) -> str:
        """Talk until the peer ends, is idle or sends too much; then answer what was taken.

        Returns why it ended. Raises OSError when the peer is lost or does not take its replies.
        """
        # Nothing of ours stays behind in memory for a peer that does not read.
        self.writer.transport.set_write_buffer_limits(0)
        self._reading = asyncio.create_task(self._read())
        sending = asyncio.create_task(self._send())
        try:
            await asyncio.wait((self._reading, sending), return_when=asyncio.FIRST_COMPLETED)
            self._reading.cancel()
            self._owed.put_nowait(None)
            await sending
        finally:
            sending.cancel()
            self._reading.cancel()
            await asyncio.wait((self._reading, sending))
            self._hold(0)
        return "stopping" if self._reading.cancelled() else self._reading.result()

    def stop(self) -> None:
        """Take no more. `run` returns once all that was taken is answered."""
        if self._reading is not None:
            self._reading.cancel()

    # Reading

    async def _read(self) -> str:
        """Read until there is no more to read; returns why."""
        why = ""
        try:
            while not why:
                async with asyncio.timeout_at(self._deadline()):
                    data = await self.reader.read(READ_BYTES)
                why = await self._take_in(data)
        except TimeoutError:
            why = "half a frame, then silence" if self._frames.mid_frame else "idle"
        except OSError as error:
            why = f"lost: {error}"
        return why

    def _deadline(self) -> float:
        if self._frames.mid_frame:
            return self._frame_began + self.limits.frame_seconds
        return asyncio.get_running_loop().time() + self.limits.idle_seconds

    async def _take_in(self, data: bytes) -> str:
        """Queue what these bytes complete; returns why to end, or nothing."""
        began_before = self._frames.mid_frame
        events = self._frames.feed(data)
        frames = sum(len(event.payload) for event in events if isinstance(event, Frame))
        self._hold(self._frames.buffered + frames)
        if not data:
            return "ended inside a frame" if began_before else "ended"
        why = await self._queue(events)
        if events or not began_before:
            self._frame_began = asyncio.get_running_loop().time()
        return why or self._too_much()

    async def _queue(self, events: Sequence[Frame | Noise | TooBig]) -> str:
        for event in events:
            if isinstance(event, Frame):
                await self._slots.acquire()
                await self.waiting.room()
                self._owed.put_nowait(
                    self.waiting.take(Arrival(event.payload, self.peer), self._line)
                )
                self._hold(self._held - len(event.payload))
                self.messages += 1
                self._noise = 0
            elif isinstance(event, TooBig):
                self._owed.put_nowait(self._too_big(event))
                await self._linger()
                return f"a frame of more than {self.limits.frame_bytes} bytes"
            else:
                self._note_noise(event)
        return ""

    def _note_noise(self, noise: Noise) -> None:
        # A line for the first, not for each: a peer that sends nothing else would fill the log.
        if not self._noise:
            logger.warning("noise", peer=self.peer, bytes=noise.size)
        self._noise += noise.size

    def _too_much(self) -> str:
        if self._noise > self.limits.frame_bytes:
            return f"{self._noise} bytes and no frame"
        full = self.waiting.half_frames > self.limits.half_frame_bytes
        if full and self._frames.buffered > READ_BYTES:
            return "half frames fill the memory"
        return ""

    def _hold(self, size: int) -> None:
        """Say how many bytes of unqueued frames this connection holds."""
        self.waiting.half_frames += size - self._held
        self._held = size

    def _too_big(self, event: TooBig) -> "asyncio.Future[Replies]":
        error = AckError("207", f"the frame is larger than {self.limits.frame_bytes} bytes")
        reply = build_ack(event.head, "AR", [error], at=self.clock(), control_id="HW0")
        settled: asyncio.Future[Replies] = asyncio.get_running_loop().create_future()
        settled.set_result((reply,))
        return settled

    async def _linger(self) -> None:
        """Throw away what still comes: closing now would overtake the reply with a reset."""
        self._frames = FrameReader(self.limits.frame_bytes)
        self._hold(0)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.limits.linger_seconds):
                while await self.reader.read(READ_BYTES):
                    pass

    # Sending

    async def _send(self) -> None:
        while (answered := await self._owed.get()) is not None:
            for reply in await answered:
                self.writer.write(frame(reply))
            async with asyncio.timeout(self.limits.send_seconds):
                await self.writer.drain()
            self._slots.release()


async def close(writer: asyncio.StreamWriter, reader: asyncio.StreamReader) -> None:
    """Hang up in the order that loses nothing: our end first, then what the peer still sends.

    A socket closed with bytes unread resets, and the reset overtakes replies on their way.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_SECONDS):
            if writer.can_write_eof():
                writer.write_eof()
                while await reader.read(READ_BYTES):
                    pass
            writer.close()
            await writer.wait_closed()


class LoggedHandshake(ssl.SSLObject):
    """TLS whose refusals can be seen: asyncio drops a failed handshake without a word."""

    def do_handshake(self) -> None:
        """As ssl does, with a log line when the peer is refused or gives up."""
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            logger.warning("tls.refused", why=str(error))
            raise

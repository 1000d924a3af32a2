"""Messages between the socket and the database: who waits, in what order, in how much memory."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from homeward.gateway.services.reading import Arrival

Replies = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one peer, and all of them together, may use. Sizes in bytes, times in seconds."""

    frame_bytes: int = 10_000_000
    # Silence between frames.
    idle_seconds: float = 600.0
    # From a frame's first byte to its last: half a frame may not hold memory for longer.
    frame_seconds: float = 60.0
    # For one reply to be taken by the peer.
    send_seconds: float = 30.0
    # How long a peer that sent too much may go on sending, so that it can read why it is closed.
    linger_seconds: float = 5.0
    connections: int = 1000
    # Frames one connection may have waiting: a sender that never reads its replies stops there.
    frames_waiting: int = 64
    group: int = 64
    # A group ends here too: large messages must not hold SQLite's one write lock for long.
    group_bytes: int = 2_000_000
    # All frames that wait for the database together.
    waiting_bytes: int = 64_000_000
    # All half frames together; past it, whoever holds more than one read's worth is dropped.
    half_frame_bytes: int = 128_000_000
    # How long a group waits for the next messages of those who sent the last ones.
    gather_seconds: float = 0.005


@dataclass(slots=True)
class Ticket:
    """One message that waits, and where its replies will be."""

    arrival: Arrival
    line: "Line"
    answered: "asyncio.Future[Replies]"


# One connection's messages, in the order they came.
Line = deque[Ticket]


@dataclass(slots=True)
class Waiting:
    """All that waits. Groups are cut fairly: a message of each connection in turn.

    So a peer that pipelines, however much, keeps nobody waiting longer than one that does not.
    """

    limits: Limits
    half_frames: int = 0
    _lines: deque[Line] = field(default_factory=deque)
    _bytes: int = 0
    _wanted: int = 0
    _enough: asyncio.Event = field(default_factory=asyncio.Event)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _room: asyncio.Event = field(default_factory=asyncio.Event)

    async def room(self) -> None:
        """Return once there is room for one more message."""
        while self._bytes >= self.limits.waiting_bytes:
            self._room.clear()
            await self._room.wait()

    def take(self, arrival: Arrival, line: Line) -> "asyncio.Future[Replies]":
        """Queue a message; the future is settled once it is committed."""
        answered: asyncio.Future[Replies] = asyncio.get_running_loop().create_future()
        if not line:
            self._lines.append(line)
        line.append(Ticket(arrival, line, answered))
        self._bytes += len(arrival.raw)
        self._arrived.set()
        if len(self._lines) >= self._wanted:
            self._enough.set()
        return answered

    async def something(self) -> None:
        """Return once a message waits, or `wake` was called."""
        await self._arrived.wait()
        self._arrived.clear()

    def wake(self) -> None:
        """Let `something` return although nothing waits."""
        self._arrived.set()

    def cut(self) -> list[Ticket]:
        """Take the next group off the lines; empty when nothing waits."""
        group: list[Ticket] = []
        size = 0
        while self._lines and len(group) < self.limits.group and size < self.limits.group_bytes:
            line = self._lines.popleft()
            ticket = line.popleft()
            group.append(ticket)
            size += len(ticket.arrival.raw)
            if line:
                self._lines.append(line)
        return group

    def settle(self, group: Sequence[Ticket], replies: Sequence[Replies]) -> None:
        """Hand a committed group its replies, and give its memory back."""
        for ticket, reply in zip(group, replies, strict=True):
            self._bytes -= len(ticket.arrival.raw)
            if not ticket.answered.done():
                ticket.answered.set_result(reply)
        self._room.set()

    async def lines(self, number: int) -> None:
        """Return once that many connections have a message waiting."""
        self._wanted = number
        self._enough.clear()
        if len(self._lines) < number:
            await self._enough.wait()

    def lines_waiting(self) -> int:
        """How many connections have a message waiting."""
        return len(self._lines)

"""MLLP: many connections, one writer, replies in order and only after the commit.

The event loop reads frames and sends replies; one thread talks to the database. While it
commits one group the next gathers, so the group is as large as the load makes it.
"""

import asyncio
import contextlib
import signal
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from homeward.gateway.connection import (
    CLOSE_SECONDS,
    READ_BYTES,
    Connection,
    LoggedHandshake,
    close,
)
from homeward.gateway.domain.hl7 import build_ack
from homeward.gateway.domain.hl7.acks import AckError
from homeward.gateway.services.intake import Answer
from homeward.gateway.services.reading import Arrival
from homeward.gateway.waiting import Limits, Replies, Ticket, Waiting

logger = structlog.get_logger(__name__)

Receive = Callable[[Sequence[Arrival], datetime], list[Answer]]
# Connections the system may complete before we accept them: hundreds may come back at once.
BACKLOG = 1024
HANDSHAKE_SECONDS = 15.0


@dataclass(slots=True)
class Listener:
    """One listening process. `receive` stores and applies a group and returns its answers."""

    receive: Receive
    clock: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)
    _waiting: Waiting = field(init=False)
    _connections: "dict[Connection, asyncio.Task[None]]" = field(default_factory=dict, init=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _thread: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        """An empty waiting room and one thread for the database."""
        self._waiting = Waiting(self.limits)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="intake")

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
        server = await self._start(host, port, tls)
        port = server.sockets[0].getsockname()[1]
        logger.info("listener.ready", host=host, port=port)
        writer = asyncio.create_task(self._write_groups())
        stopping = asyncio.create_task(self._stopping.wait())
        if ready is not None:
            ready(port)
        try:
            # A writer that ends by itself is broken: better to end than to be deaf.
            await asyncio.wait((writer, stopping), return_when=asyncio.FIRST_COMPLETED)
            server.close()
            await self._finish()
            self._stopping.set()
            self._waiting.wake()
            await writer
        finally:
            server.close()
            stopping.cancel()
            writer.cancel()
            self._thread.submit(_close_database)
            self._thread.shutdown()
        logger.info("listener.stopped")

    async def _start(
        self, host: str, port: int, tls: ssl.SSLContext | None
    ) -> asyncio.base_events.Server:
        times: dict[str, float] = {}
        if tls is not None:
            tls.sslobject_class = LoggedHandshake
            times = {
                "ssl_handshake_timeout": HANDSHAKE_SECONDS,
                "ssl_shutdown_timeout": CLOSE_SECONDS,
            }
        return await asyncio.start_server(
            self._connected, host, port, ssl=tls, limit=READ_BYTES, backlog=BACKLOG, **times
        )

    def stop(self) -> None:
        """Ask for a clean end. Safe from a signal handler of the loop."""
        self._stopping.set()

    def stop_on_signals(self) -> None:
        """End cleanly on SIGTERM and SIGINT."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)

    async def _finish(self) -> None:
        """Let every connection answer what it took; a peer that takes no reply is cut off."""
        for talking in self._connections:
            talking.stop()
        tasks = list(self._connections.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self.limits.send_seconds)
            for task in late:
                task.cancel()
            await asyncio.wait(tasks)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talking = Connection(reader, writer, self._waiting, self.limits, self.clock)
        said = logger.bind(peer=talking.peer)
        if len(self._connections) >= self.limits.connections or self._stopping.is_set():
            said.warning("connection.refused", connections=len(self._connections))
            writer.transport.abort()
            return
        self._connections[talking] = task
        said.info("connection.opened")
        why = "cut off"
        try:
            why = await talking.run()
            await close(writer, reader)
        except OSError as error:
            why = f"lost: {str(error) or type(error).__name__}"
        except asyncio.CancelledError:
            # Only when stopping took too long. The task ends here in any case.
            pass
        except Exception:
            said.exception("connection.failed")
        finally:
            writer.transport.abort()
            del self._connections[talking]
            said.info("connection.closed", messages=talking.messages, why=why)

    async def _write_groups(self) -> None:
        """One group after another until stopped and empty."""
        loop = asyncio.get_running_loop()
        before: set[int] = set()
        while not self._stopping.is_set() or self._connections:
            await self._waiting.something()
            while group := self._waiting.cut():
                replies = await loop.run_in_executor(self._thread, self._receive, group)
                self._waiting.settle(group, replies)
                these = {id(ticket.line) for ticket in group}
                await self._gather(len(these | before))
                before = these

    async def _gather(self, peers: int) -> None:
        """Let the peers just answered send their next before the next group is cut."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.limits.gather_seconds):
                await self._waiting.lines(min(self.limits.group, peers))

    def _receive(self, group: list[Ticket]) -> list[Replies]:
        """In the database thread: store and apply; when that cannot be done, say AR."""
        at = self.clock()
        arrivals = [ticket.arrival for ticket in group]
        close_old_connections()
        try:
            try:
                answers = self.receive(arrivals, at)
            except (OperationalError, InterfaceError):
                close_old_connections()
                if connection.connection is not None:
                    raise
                # The connection was lost, as when the database was restarted: try a new one.
                answers = self.receive(arrivals, at)
        except Exception:
            logger.exception("group.not_stored", size=len(group))
            return [(_cannot(arrival, at),) for arrival in arrivals]
        return [answer.replies for answer in answers]


def _close_database() -> None:
    """In the database thread: each thread has a connection of its own."""
    connection.close()


def _cannot(arrival: Arrival, at: datetime) -> bytes:
    error = AckError("207", "the message could not be stored; send it again")
    return build_ack(arrival.raw, "AR", [error], at=at, control_id="HW0")

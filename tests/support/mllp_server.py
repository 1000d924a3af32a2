"""A listener for tests: in a thread of this process, or the real program in one of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from homeward.gateway.listener import Listener, Receive
from homeward.gateway.services import intake
from homeward.gateway.services.reading import Arrival
from homeward.gateway.waiting import Limits
from tests.support.mllp_client import wait_for_port

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 30.0
COMMAND_SECONDS = 600.0


@dataclass
class ThreadedListener:
    """A listener on a port of its own, on a loop in another thread."""

    listener: Listener
    tls: ssl.SSLContext | None = None
    port: int = 0
    thread: threading.Thread = field(init=False)
    loop: asyncio.AbstractEventLoop = field(init=False)
    _ready: threading.Event = field(default_factory=threading.Event)
    _failed: BaseException | None = None

    def start(self) -> None:
        self.thread = threading.Thread(target=self._run, name="listener")
        self.thread.start()
        assert self._ready.wait(START_SECONDS)
        if self._failed is not None:
            raise self._failed

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failed = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        await self.listener.serve(HOST, 0, tls=self.tls, ready=self._say_ready)

    def _say_ready(self, port: int) -> None:
        self.port = port
        self._ready.set()

    def ask_to_stop(self) -> None:
        """What SIGTERM does."""
        self.loop.call_soon_threadsafe(self.listener.stop)

    def stop(self) -> None:
        """Stop cleanly; raises what the listener ended with, if that was not clean."""
        if self.thread.is_alive():
            self.ask_to_stop()
        self.thread.join(STOP_SECONDS)
        assert not self.thread.is_alive(), "the listener did not end"
        if self._failed is not None:
            raise self._failed


def receive_for(feeds: frozenset[str] = frozenset()) -> Receive:
    """The real intake, for all feeds or the named ones."""

    def receive(arrivals: Sequence[Arrival], at: datetime) -> list[intake.Answer]:
        return intake.receive(arrivals, at=at, only=feeds)

    return receive


def start_listening(
    limits: Limits | None = None,
    *,
    receive: Receive | None = None,
    tls: ssl.SSLContext | None = None,
) -> ThreadedListener:
    """A listener over the test database, to be stopped. Needs `transactional_db`."""
    listener = Listener(receive or receive_for(), timezone.now, limits or Limits())
    server = ThreadedListener(listener, tls)
    server.start()
    return server


@contextmanager
def listening(
    limits: Limits | None = None,
    *,
    receive: Receive | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[ThreadedListener]:
    """`start_listening` while the block runs."""
    server = start_listening(limits, receive=receive, tls=tls)
    try:
        yield server
    finally:
        server.stop()


@dataclass
class ListenProcess:
    """`homeward listen` as deployed, on one port that stays its own over restarts."""

    environment: dict[str, str]
    port: int
    log: Path
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it accepts."""
        command = [*HOMEWARD, "listen", "--host", HOST, "--port", str(self.port), *self.options]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        try:
            wait_for_port(HOST, self.port, seconds=START_SECONDS)
        except TimeoutError:
            self.kill()
            raise AssertionError(self.log.read_text()) from None

    def kill(self) -> None:
        """With kill -9: no chance to finish anything."""
        self._end(signal.SIGKILL)

    def kill_if_running(self) -> None:
        """Leave nothing behind when a test fails."""
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def stop(self) -> int:
        """As a deployer would: SIGTERM. Returns its exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, number: int) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def rss_bytes(self) -> int:
        """Memory it holds now; Linux only."""
        assert self.process is not None
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


def wait_until(true: Callable[[], bool], *, seconds: float = 10.0) -> None:
    """Return once it is true. Raises TimeoutError."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise TimeoutError(f"not so after {seconds} s")
        time.sleep(0.02)


HOMEWARD = (sys.executable, "-m", "homeward.config.cli")


def environment_for(home: Path, database_url: str) -> dict[str, str]:
    """What a deployed program sees: its own settings (commits reach the disk), not the tests'."""
    kept = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    source = str(Path(__file__).resolve().parents[2] / "src")
    return kept | {
        "HOMEWARD_HOME": str(home),
        "DATABASE_URL": database_url,
        "PYTHONPATH": source,
        "PYTHONUNBUFFERED": "1",
    }


def homeward(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*HOMEWARD, *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_SECONDS,
    )

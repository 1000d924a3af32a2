"""Web, listener and worker as processes under one command."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

# A part that has not ended by then is killed: the listener may owe replies for a while.
STOP_SECONDS = 30.0
LOOK_EVERY_SECONDS = 0.2
# A process that dies is started again, but not in a tight loop.
RESTART_SECONDS = 2.0
# For each web process. Every thread holds a database connection of its own.
WEB_THREADS = 8
WEB_REQUESTS = 64
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# Linux: the signal to a process whose parent is gone (prctl(2)).
PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Part:
    """One process to keep running, with whatever it starts itself."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    start_at: float = 0.0

    def start(self) -> None:
        """Start it in a session of its own, so that ctrl-C reaches only us."""
        # Between fork and exec only our own few lines run, and we have no other thread.
        self.process = subprocess.Popen(
            self.command,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def ask_to_end(self) -> None:
        """SIGTERM to the process, which ends what it started in its own order."""
        if self.process is not None and self.running:
            self.process.terminate()

    def clear(self) -> None:
        """Kill what is left of it: itself, or children it left behind when it died."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _end_with_parent() -> None:
    """In the new process: should we be killed, it is told to end rather than left behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Supervisor:
    """Starts the parts, starts again what dies, and ends them all together. Times in seconds."""

    parts: list[Part]
    restart_seconds: float = RESTART_SECONDS
    stop_seconds: float = STOP_SECONDS
    _stopping: bool = field(default=False)

    def run(self) -> int:
        """Run until SIGTERM, SIGINT or SIGHUP. Returns the exit status."""
        for number in STOPPING:
            signal.signal(number, self._stop)
        try:
            for part in self.parts:
                part.start()
            while not self._stopping:
                time.sleep(LOOK_EVERY_SECONDS)
                self._restart_dead()
        finally:
            self._end()
        return 0

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _restart_dead(self) -> None:
        now = time.monotonic()
        for part in self.parts:
            if part.process is None:
                if now >= part.start_at:
                    part.start()
            elif not part.running:
                status = part.process.returncode
                print(
                    f"homeward: {part.name} ended ({status}); starting it again",
                    file=sys.stderr,
                    flush=True,
                )
                part.clear()
                part.process, part.start_at = None, now + self.restart_seconds

    def _end(self) -> None:
        for part in self.parts:
            part.ask_to_end()
        deadline = time.monotonic() + self.stop_seconds
        while any(part.running for part in self.parts) and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_SECONDS / 4)
        for part in self.parts:
            part.clear()


def serve(arguments: Sequence[str]) -> int:
    """`homeward serve`: everything one host needs."""
    parser = ArgumentParser("homeward serve", description="Serve pages, listener and worker.")
    _address_options(parser)
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    parser.add_argument("--mllp-host", default="127.0.0.1")
    parser.add_argument("--mllp-port", type=int, default=2575, help="0 for no listener")
    options = parser.parse_args(arguments)
    prepare()
    parts = standard_parts(
        options.host, options.port, options.workers, options.mllp_host, options.mllp_port
    )
    print(f"Homeward is at http://{options.host}:{options.port}", flush=True)
    return Supervisor(parts).run()


def work(arguments: Sequence[str]) -> int:
    """`homeward work`: scheduled jobs, in this process."""
    ArgumentParser("homeward work", description="Run scheduled jobs.").parse_args(arguments)
    from django.core.management import call_command

    prepare(static=False)
    call_command("qcluster")
    return 0


def demo(arguments: Sequence[str]) -> int:
    """`homeward demo`: make the synthetic system if need be, and serve it."""
    parser = ArgumentParser(
        "homeward demo", description="Serve a synthetic health system. All names are fictional."
    )
    _address_options(parser)
    parser.add_argument("--mllp-port", type=int, default=2575, help="0 for no listener")
    parser.add_argument("--size", choices=("standard", "large"), default="standard")
    parser.add_argument("--live", action="store_true", help="go on sending messages over MLLP")
    parser.add_argument("--speed", type=float, default=60.0, help="how fast live time runs")
    parser.add_argument("--reset", action="store_true", help="throw the demo's database away")
    parser.add_argument("--prepare-only", action="store_true", help="make it, do not serve it")
    options = parser.parse_args(arguments)
    from django.core.management import call_command

    call_command(
        "make_demo", size=options.size, reset=options.reset, live=options.live, stdout=sys.stdout
    )
    if options.prepare_only:
        return 0
    prepare(migrate=False)
    parts = standard_parts(options.host, options.port, 1, "127.0.0.1", options.mllp_port)
    if options.live and options.mllp_port:
        speed = ["--speed", str(options.speed), "--port", str(options.mllp_port)]
        parts.append(Part("live messages", [*_django("send_demo"), *speed]))
    call_command("demo_welcome", f"http://{options.host}:{options.port}")
    return Supervisor(parts).run()


def _address_options(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)


def prepare(*, migrate: bool = True, static: bool = True) -> None:
    """Everything that must be there before serving: tables, static files, schedules."""
    from django.core.management import call_command

    from homeward.core.jobs import ensure_schedules
    from homeward.core.tables import make_ready

    if migrate:
        make_ready()
    if static:
        call_command("collectstatic", interactive=False, verbosity=0)
    ensure_schedules()


def standard_parts(
    host: str, port: int, workers: int, mllp_host: str, mllp_port: int
) -> list[Part]:
    """Web, worker, and the listener unless its port is 0."""
    web = [
        sys.executable,
        *("-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(workers), "--no-ws", "--log-level", "warning"),
        *("--blocking-threads", str(WEB_THREADS), "--backpressure", str(WEB_REQUESTS)),
        "--respawn-failed-workers",
        "homeward.config.wsgi:application",
    ]
    parts = [Part("web", web), Part("worker", _homeward("work"))]
    if mllp_port:
        address = ["--host", mllp_host, "--port", str(mllp_port)]
        parts.append(Part("listener", [*_homeward("listen"), *address]))
    return parts


def _homeward(command: str) -> list[str]:
    return [sys.executable, "-m", "homeward.config.cli", command]


def _django(command: str) -> list[str]:
    return [sys.executable, "-m", "django", command]

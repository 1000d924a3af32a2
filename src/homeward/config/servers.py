"""Web, listener and worker as processes under one command."""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

STOP_SECONDS = 30.0
LOOK_EVERY_SECONDS = 0.2
# A process that dies is started again, but not in a tight loop.
RESTART_SECONDS = 2.0


@dataclass(slots=True)
class Part:
    """One process to keep running."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    start_at: float = 0.0

    def start(self) -> None:
        """Start it in a session of its own, so that ctrl-C reaches only us."""
        self.process = subprocess.Popen(self.command, start_new_session=True)

    def signal(self, number: int) -> None:
        """Pass a signal on to the process and to whatever it started."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number)


@dataclass(slots=True)
class Supervisor:
    """Starts the parts, starts again what dies, and ends them all together."""

    parts: list[Part]
    _stopping: bool = field(default=False)

    def run(self) -> int:
        """Run until SIGTERM or SIGINT. Returns the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        for part in self.parts:
            part.start()
        while not self._stopping:
            time.sleep(LOOK_EVERY_SECONDS)
            self._restart_dead()
        self._end()
        return 0

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _restart_dead(self) -> None:
        now = time.monotonic()
        for part in self.parts:
            if part.process is None and now >= part.start_at:
                part.start()
            elif part.process is not None and part.process.poll() is not None:
                status = part.process.returncode
                print(f"homeward: {part.name} ended ({status}); starting it again", file=sys.stderr)
                part.process, part.start_at = None, now + RESTART_SECONDS

    def _end(self) -> None:
        for part in self.parts:
            part.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for part in self.parts:
            if part.process is None:
                continue
            try:
                part.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                part.signal(signal.SIGKILL)


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

"""`homeward serve`: three processes under one command, kept running and ended together."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import processes
from tests.support.adt_streams import Stream
from tests.support.killing import Log, fresh_database, prepare
from tests.support.mllp_client import MllpClient, wait_for_port
from tests.support.mllp_server import HOMEWARD, HOST, environment_for, homeward, wait_until
from tests.support.services import free_port

pytestmark = pytest.mark.loopback
GIVEN = os.environ.get("DATABASE_URL", "")
START_SECONDS = 60.0


@dataclass
class Serving:
    """One `homeward serve` with a database of its own."""

    home: Path
    url: str
    port: int
    mllp_port: int
    process: subprocess.Popen[bytes]

    @property
    def text(self) -> str:
        return (self.home / "serve.log").read_text()

    def health(self) -> tuple[int, dict[str, object]]:
        """Status and body of /healthz; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.port}/healthz", timeout=5) as page:
                return page.status, json.load(page)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return 0, {}

    def part(self, word: str) -> int:
        """Process id of the part whose command says so; 0 when it does not run."""
        found = processes.children_of(self.process.pid).items()
        return next((number for number, words in found if word in words), 0)

    def kill_parts(self, *words: str) -> None:
        """Kill them, and wait until others have taken their places."""
        before = {self.part(word) for word in words}
        for number in before:
            os.kill(number, signal.SIGKILL)

        def replaced() -> bool:
            return not (before | {0}) & {self.part(word) for word in words}

        wait_until(replaced, seconds=START_SECONDS)


@contextmanager
def serving(folder: Path) -> Iterator[Serving]:
    with fresh_database(GIVEN, folder) as url:
        environment = environment_for(folder, url)
        prepare(environment)
        port, mllp_port = free_port(), free_port()
        options = ["--port", str(port), "--mllp-port", str(mllp_port), "--workers", "1"]
        with (folder / "serve.log").open("wb") as log:
            process = subprocess.Popen(
                [*HOMEWARD, "serve", *options], env=environment, stdout=log, stderr=log
            )
        running = Serving(folder, url, port, mllp_port, process)
        try:
            wait_until(lambda: running.health()[0] == 200, seconds=START_SECONDS)
            wait_for_port(HOST, mllp_port, seconds=START_SECONDS)
            yield running
        finally:
            process.kill()
            process.wait()
            processes.kill_all(folder)


def sealed(url: str) -> int:
    """How often the worker has sealed the audit trail."""
    query = "SELECT count(*) FROM django_q_task WHERE func = 'homeward.core.jobs.seal_audit'"
    return int(Log(url).value(query + " AND success = '1'"))


@pytest.mark.timeout(300)
def test_serve_runs_web_listener_and_worker_and_starts_again_what_dies(tmp_path):
    with serving(tmp_path) as running:
        status, body = running.health()
        assert status == 200
        assert body["database"] == "ok"
        messages = Stream("S", 1).messages()
        with MllpClient(HOST, running.mllp_port) as client:
            assert client.send(next(messages)[1]).code == "AA"
        running.kill_parts("granian", " listen")
        wait_until(lambda: running.health()[0] == 200, seconds=START_SECONDS)
        wait_for_port(HOST, running.mllp_port, seconds=START_SECONDS)
        with MllpClient(HOST, running.mllp_port) as client:
            assert client.send(next(messages)[1]).code == "AA"
        # The worker looks at its schedule half a minute after it starts.
        wait_until(lambda: sealed(running.url) > 0, seconds=START_SECONDS)
        running.kill_parts(" work")
        assert running.text.count("starting it again") == 3

        began = time.monotonic()
        running.process.terminate()
        assert running.process.wait(20) == 0
        assert time.monotonic() - began < 10
        assert processes.with_home(tmp_path) == {}
        assert "locked" not in running.text
        assert "Traceback" not in running.text


@pytest.mark.timeout(300)
def test_when_the_supervisor_is_killed_its_parts_end_too(tmp_path):
    with serving(tmp_path) as running:
        assert len(processes.with_home(tmp_path)) > 3
        running.process.kill()
        running.process.wait()
        wait_until(lambda: processes.with_home(tmp_path) == {}, seconds=20)


def supervise(folder: Path, script: str) -> subprocess.Popen[str]:
    """A supervisor over small programs of ours."""
    return subprocess.Popen(
        [sys.executable, "-c", "from homeward.config.servers import *\n" + script],
        env=environment_for(folder, ""),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_part_that_keeps_dying_is_started_again_and_again_but_not_in_a_tight_loop(tmp_path):
    script = """
part = Part("short", ["sh", "-c", f"echo once >> {FILE}"])
Supervisor([part], restart_seconds=0.3).run()
""".replace("{FILE}", str(tmp_path / "said")).replace('f"echo', '"echo')
    running = supervise(tmp_path, script)
    said = tmp_path / "said"
    wait_until(lambda: said.exists() and said.read_text().count("once") >= 3)
    running.terminate()
    text, _ = running.communicate(timeout=10)
    assert running.returncode == 0
    assert text.count("short ended (0); starting it again") <= 20


def test_a_part_that_does_not_end_is_killed_with_its_children(tmp_path):
    script = """
stubborn = "trap '' TERM; (trap '' TERM; sleep 600) & echo up; while :; do sleep 0.1; done"
Supervisor([Part("stubborn", ["sh", "-c", stubborn])], stop_seconds=0.5).run()
"""
    running = supervise(tmp_path, script)
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == "up\n"
        running.terminate()
        assert running.wait(5) == 0
        wait_until(lambda: processes.with_home(tmp_path) == {}, seconds=2)
    finally:
        running.communicate()
        processes.kill_all(tmp_path)


def sleeps_of(home: Path) -> list[str]:
    return [words for words in processes.with_home(home).values() if words == "sleep 600"]


def test_children_that_a_dead_part_left_behind_are_cleared_before_it_starts_again(tmp_path):
    """Otherwise they would hold the port that the new one needs."""
    script = """
Supervisor([Part("web", ["sh", "-c", "sleep 600 & echo up; sleep 600"])], restart_seconds=0.1).run()
"""
    running = supervise(tmp_path, script)
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == "up\n"
        (shell,) = processes.children_of(running.pid)
        os.kill(shell, signal.SIGKILL)
        assert "starting it again" in running.stdout.readline()
        assert running.stdout.readline() == "up\n"
        wait_until(lambda: len(sleeps_of(tmp_path)) == 2)
        time.sleep(0.3)
        assert len(sleeps_of(tmp_path)) == 2
    finally:
        running.terminate()
        running.communicate()
        processes.kill_all(tmp_path)


def test_a_port_in_use_is_one_line_and_exit_2(tmp_path):
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        done = homeward(environment_for(tmp_path, ""), "listen", "--port", str(port))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"{HOST}:{port}" in done.stderr

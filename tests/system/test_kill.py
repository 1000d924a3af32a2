"""The listener is killed with kill -9 under load: no acknowledged message is ever lost.

These run the real program with the real settings, where every commit is synced. What a power cut
would lose of the system's own caches is not shown by killing a process.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.killing import Log, check, fresh_database, kill_under_load, prepare
from tests.support.mllp_server import ListenProcess, environment_for
from tests.support.services import free_port

pytestmark = pytest.mark.loopback
GIVEN = os.environ.get("DATABASE_URL", "")
ON_POSTGRES = GIVEN.startswith("postgres")


def run(
    folder: Path, *, listeners: int, kills: int, between: tuple[float, float], durable: bool = True
) -> str:
    with fresh_database(GIVEN, folder) as url:
        environment = environment_for(folder, url)
        prepare(environment)
        processes = [
            ListenProcess(environment, free_port(), folder / f"listener-{number}.log")
            for number in range(listeners)
        ]
        if durable:
            assert sync_modes(environment) == ("on on" if ON_POSTGRES else "FULL")
        try:
            figures = asyncio.run(
                kill_under_load(processes, kills=kills, connections=16, seed=7, between=between)
            )
        finally:
            for process in processes:
                process.kill_if_running()
        return check(Log(url), figures, environment)


SHOW_SYNC_MODES = """
import django
django.setup()
from django.db import connection
cursor = connection.cursor()
def ask(query):
    cursor.execute(query)
    return cursor.fetchone()[0]
if connection.vendor == "sqlite":
    print(("OFF", "NORMAL", "FULL", "EXTRA")[ask("PRAGMA synchronous")])
else:
    print(ask("SHOW fsync"), ask("SHOW synchronous_commit"))
"""


def sync_modes(environment: dict[str, str]) -> str:
    """What a connection of the deployed program says of itself."""
    settings = {"DJANGO_SETTINGS_MODULE": "homeward.config.settings.dev"}
    done = subprocess.run(
        [sys.executable, "-c", SHOW_SYNC_MODES],
        env=environment | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def show(capsys: pytest.CaptureFixture[str], name: str, figures: str) -> None:
    with capsys.disabled():
        print(f"\n{name} on {'PostgreSQL' if ON_POSTGRES else 'SQLite'}: {figures}", flush=True)


@pytest.mark.timeout(300)
def test_a_listener_killed_twice_loses_nothing(tmp_path):
    # An ordinary run's PostgreSQL does not sync: it survives our death, if not a power cut.
    run(tmp_path, listeners=1, kills=2, between=(0.3, 1.2), durable=False)


@pytest.mark.kill
def test_a_listener_killed_twenty_times_loses_nothing(tmp_path, capsys):
    figures = run(tmp_path, listeners=1, kills=20, between=(0.2, 4.0))
    show(capsys, "one listener", figures)


@pytest.mark.kill
def test_two_listeners_killed_in_turn_lose_nothing(tmp_path, capsys):
    figures = run(tmp_path, listeners=2, kills=20, between=(0.2, 4.0))
    show(capsys, "two listeners", figures)

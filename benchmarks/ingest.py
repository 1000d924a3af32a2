"""Messages acknowledged, applied and durable, against what `hl7` merely parses.

    uv run just bench ingest [--rounds N] [--scale X]

Real `homeward listen` processes take synthetic ADT messages over MLLP from a sender in a
process of its own; files go through `homeward ingest`'s own service. The database is a new
SQLite file with the project's settings, or with DATABASE_URL a new database on that
PostgreSQL server; it is thrown away. Peer and ours run in turns; medians of the rounds.
Prints ratios beside their goals and never fails because one is missed.
"""

import argparse
import json
import os
import pickle
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.adt_traffic import MIX, SENDER, SIZE, latest_event, traffic

CONNECTIONS = 64
FEED = "pas"


@dataclass(frozen=True, slots=True)
class Measure:
    """One way in and how much of it a round takes."""

    name: str
    connections: int
    messages: int  # of one connection in a round
    listener: str


LIVE = (
    Measure("16 connections", 16, 90, "grouped"),
    Measure("64 connections", 64, 40, "grouped"),
    Measure("16 connections, one commit each", 16, 30, "single"),
)
FILE_MESSAGES = 3000
PARSED = 1200


@dataclass(slots=True)
class Runs:
    """What the rounds gave: messages a second, CPU microseconds a message, latencies."""

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """The URL of a new database: a SQLite file, or one on the server of DATABASE_URL."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{folder}/ingest.sqlite3"
        return
    import psycopg

    name = f"homeward_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def listener(*options: str) -> Iterator[tuple[int, int]]:
    """A `homeward listen` process; gives its process id and port."""
    command = [sys.executable, "-m", "homeward.config.cli", "listen", "--port", "0", *options]
    # Its log goes to a file: a pipe that nobody reads would stop it.
    with tempfile.NamedTemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        try:
            yield process.pid, _port(process, Path(said.name))
        finally:
            process.terminate()
            process.wait(timeout=30)


def _port(process: "subprocess.Popen[bytes]", said: Path) -> int:
    while process.poll() is None:
        found = re.search(r"listening on \S+:(\d+)", said.read_text())
        if found:
            return int(found[1])
        time.sleep(0.05)
    raise RuntimeError(f"the listener did not start: {said.read_text()[-500:]}")


def cpu_seconds(pid: int) -> float:
    """User and system time of another process so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Traffic:
    """The streams of all connections: what was taken once is never sent again."""

    def __init__(self) -> None:
        until = latest_event(datetime.now(UTC))
        self._until = until
        self._streams: dict[int, Iterator[bytes]] = {}

    def take(self, stream: int, count: int) -> list[bytes]:
        """The next messages of one stream."""
        if stream not in self._streams:
            self._streams[stream] = traffic(stream, self._until)
        return list(islice(self._streams[stream], count))


def send(pid: int, port: int, streams: list[list[bytes]], runs: Runs) -> None:
    """One round over MLLP, its sender a process of its own."""
    framed = [[b"\x0b" + raw + b"\x1c\r" for raw in stream] for stream in streams]
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        file.write(pickle.dumps(framed))
        file.flush()
        before = cpu_seconds(pid)
        command = [sys.executable, "-m", "benchmarks.mllp_load", str(port), file.name]
        said = subprocess.run(command, check=True, capture_output=True, text=True)
        spent = cpu_seconds(pid) - before
    result = json.loads(said.stdout)
    count = sum(map(len, streams))
    if result["codes"] != {"AA": count}:
        raise RuntimeError(f"not every message was accepted: {result['codes']}")
    times = result["milliseconds"]
    runs.rates.append(count / result["seconds"])
    runs.cpu.append(1e6 * spent / count)
    runs.p50.append(times[len(times) // 2])
    runs.p95.append(times[int(len(times) * 0.95)])


def timed(work: Callable[[], object], count: int, runs: Runs) -> None:
    """One round in this process, by the clock and by CPU time."""
    began, cpu = time.perf_counter(), time.process_time()
    work()
    runs.rates.append(count / (time.perf_counter() - began))
    runs.cpu.append(1e6 * (time.process_time() - cpu) / count)


def parse_all(texts: list[str]) -> None:
    """What the peer does with the same messages: parse, and no more."""
    import hl7

    for text in texts:
        hl7.parse(text)


def ingest_file(messages: list[bytes], folder: Path, runs: Runs) -> None:
    """The same service as `homeward ingest`, on one file of messages."""
    from homeward.gateway.services.ingest import ingest

    path = folder / "messages.hl7"
    path.write_bytes(b"".join(messages))

    def work() -> None:
        counts = ingest(paths=[path], clock=lambda: datetime.now(UTC))
        assert counts.applied == len(messages), counts

    timed(work, len(messages), runs)


def lock_times(messages: list[bytes], runs: Runs) -> None:
    """How long a full live group keeps the write lock, in milliseconds (p50, p95)."""
    from homeward.gateway.services.intake import receive
    from homeward.gateway.services.reading import Arrival

    held: list[float] = []
    with _watched_transactions(held):
        for start in range(0, len(messages), 64):
            group = [Arrival(raw, "bench") for raw in messages[start : start + 64]]
            answers = receive(group, at=datetime.now(UTC))
            assert all(answer.outcome == "applied" for answer in answers)
    held.sort()
    runs.p50.append(statistics.median(held))
    runs.p95.append(held[int(len(held) * 0.95)])


@contextmanager
def _watched_transactions(held: list[float]) -> Iterator[None]:
    from django.db import connection

    began = 0.0
    commit = connection._commit

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal began
        result = execute(sql, params, many, context)
        if not began:
            began = time.perf_counter()
        return result

    def committed() -> None:
        nonlocal began
        commit()
        held.append(1000 * (time.perf_counter() - began))
        began = 0.0

    connection._commit = committed
    try:
        with connection.execute_wrapper(watch):
            yield
    finally:
        connection._commit = commit


def reading(runs: dict[str, Runs]) -> None:
    """Thirty fields of a message by our reader, against the peer's parse alone."""
    import hl7

    from benchmarks.reading import microseconds, pick_fields, sample

    raw = sample()
    text = raw.decode()
    runs["fields, hl7"].cpu.append(microseconds(lambda: hl7.parse(text), 300))
    runs["fields, ours"].cpu.append(microseconds(lambda: pick_fields(raw), 8000))


def sync_mode() -> str:
    """What the database itself says of how commits reach the disk."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            level = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}[cursor.fetchone()[0]]
            cursor.execute("PRAGMA journal_mode")
            return f"SQLite synchronous={level} journal_mode={cursor.fetchone()[0]}"
        cursor.execute("SHOW synchronous_commit")
        mode = cursor.fetchone()[0]
        cursor.execute("SHOW fsync")
        return f"PostgreSQL synchronous_commit={mode} fsync={cursor.fetchone()[0]}"


def prepare() -> None:
    """Tables, one organisation and its feed."""
    import django

    django.setup()
    from homeward.core.tables import make_ready
    from homeward.gateway.services.feeds import receiving_organisation, set_feed

    make_ready()
    organisation = receiving_organisation(SENDER, name="Benchmark trust")
    values = {"application": "PAS", "facility": SENDER, "local_authority": SENDER}
    set_feed(name=FEED, organisation=organisation, values=values)


NAMES = (
    "hl7.parse",
    *(measure.name for measure in LIVE),
    "ingest, groups of 500",
    "lock",
    "fields, hl7",
    "fields, ours",
)


def measure_rounds(rounds: int, scale: float, folder: Path) -> dict[str, Runs]:
    """Every measure in turn, so many times, after one round that does not count."""
    runs = {name: Runs() for name in NAMES}
    streams = Traffic()
    with ExitStack() as stack:
        ports = {
            "grouped": stack.enter_context(listener()),
            "single": stack.enter_context(listener("--group", "1")),
        }
        for turn in range(rounds + 1):
            if turn == 1:
                runs = {name: Runs() for name in NAMES}
            _one_round(runs, streams, ports, scale if turn else scale / 3, folder)
    return runs


def _one_round(
    runs: dict[str, Runs],
    streams: Traffic,
    ports: dict[str, tuple[int, int]],
    scale: float,
    folder: Path,
) -> None:
    def some(count: int) -> int:
        return max(5, round(count * scale))

    parsed = [raw.decode() for raw in streams.take(CONNECTIONS, some(PARSED))]
    timed(lambda: parse_all(parsed), len(parsed), runs["hl7.parse"])
    for measure in LIVE:
        taken = [streams.take(i, some(measure.messages)) for i in range(measure.connections)]
        send(*ports[measure.listener], taken, runs[measure.name])
    ingest_file(streams.take(CONNECTIONS + 1, some(FILE_MESSAGES)), folder, runs[NAMES[4]])
    lock_times(streams.take(CONNECTIONS + 2, some(20 * 64)), runs["lock"])
    reading(runs)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table, every cell in words."""

    what: str
    peer: str = ""
    ours: str = ""
    ratio: str = ""
    cpu: str = ""
    goal: str = ""
    p50: str = ""
    p95: str = ""

    def __str__(self) -> str:
        return (
            f"{self.what:<36}{self.peer:>8}{self.ours:>9}{self.ratio:>8}{self.cpu:>8}"
            f"  {self.goal:<15}{self.p50:>8}{self.p95:>8}"
        ).rstrip()


HEAD = Line("", "peer", "ours", "ratio", "by CPU", "goal", "p50 ms", "p95 ms")


def ratio_of(mine: list[float], theirs: list[float]) -> float:
    """The median of each round's own ratio."""
    return statistics.median(a / b for a, b in zip(mine, theirs, strict=True))


def _middle(values: list[float], digits: int = 0) -> str:
    return f"{statistics.median(values):,.{digits}f}" if values else ""


def _judged(value: float, goal: float, *, at_most: bool = False) -> str:
    met = value <= goal if at_most else value >= goal
    return f"{'<=' if at_most else '>='} {goal:g} {'met' if met else 'missed'}"


def rate_line(what: str, peer: Runs, ours: Runs, goal: float) -> Line:
    """Messages a second by the clock, with the ratio of CPU time a message beside it."""
    ratio = ratio_of(ours.rates, peer.rates)
    return Line(
        what,
        _middle(peer.rates),
        _middle(ours.rates),
        f"{ratio:.2f}",
        f"{ratio_of(peer.cpu, ours.cpu):.2f}",
        _judged(ratio, goal),
        _middle(ours.p50, 1),
        _middle(ours.p95, 1),
    )


def report(runs: dict[str, Runs]) -> None:
    """The table: rates by the clock, latencies, the lock and the reading of fields."""
    parse, sixteen, many, single, files, lock, theirs, ours = (runs[name] for name in NAMES)
    late = ratio_of(sixteen.p95, single.p95)
    fields = ratio_of(theirs.cpu, ours.cpu)
    held = statistics.median(lock.p95)
    lines = (
        HEAD,
        rate_line("16 connections / hl7.parse", parse, sixteen, 0.8),
        rate_line("64 connections / hl7.parse", parse, many, 1.0),
        rate_line("ingest, groups of 500 / hl7.parse", parse, files, 1.0),
        rate_line("16 connections / one commit each", single, sixteen, 2.0),
        Line(
            "p95 of a reply / one commit each, ms",
            _middle(single.p95, 1),
            _middle(sixteen.p95, 1),
            f"{late:.2f}",
            goal=_judged(late, 1, at_most=True),
        ),
        Line(
            "30 fields / hl7.parse",
            _middle([1e6 / each for each in theirs.cpu]),
            _middle([1e6 / each for each in ours.cpu]),
            cpu=f"{fields:.1f}",
            goal=_judged(fields, 50),
        ),
        Line(
            "write lock held for a group of 64",
            goal=_judged(held, 50, at_most=True) + " (p95)",
            p50=_middle(lock.p50, 1),
            p95=_middle(lock.p95, 1),
        ),
    )
    print("messages a second; medians; `by CPU`: the peer's CPU time a message to ours")
    for line in lines:
        print(line)
    cpu = ", ".join(f"{name} {_middle(runs[name].cpu)}" for name in NAMES[:5])
    print(f"CPU microseconds a message: {cpu}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("bench ingest")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--scale", type=float, default=1.0, help="more or fewer messages")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "homeward.config.settings.dev"
    with tempfile.TemporaryDirectory() as home:
        os.environ["HOMEWARD_HOME"] = home
        with database(Path(home)) as url:
            os.environ["DATABASE_URL"] = url
            prepare()
            print(f"{sync_mode()}; {SIZE}-byte messages, {MIX}; rounds={options.rounds}")
            report(measure_rounds(options.rounds, options.scale, Path(home)))
            from django.db import connections

            connections.close_all()


if __name__ == "__main__":
    main()

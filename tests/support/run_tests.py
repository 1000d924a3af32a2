"""Run the tests: `python -m tests.support.run_tests [SUITE...] [PYTEST OPTIONS]`.

Gets ready what the chosen suites need, runs each in its own pytest, and ends with one table and
one total. With no suite named it runs all that `just test` promises.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tests.support import services

ROOT = Path(__file__).resolve().parents[2]
NO_TESTS = 5  # pytest's exit code when its options left no test to run
QUICK = "not slow and not kill and not soak and not fuzz"
BOTH = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Suite:
    """One pytest run for each database."""

    name: str
    paths: tuple[str, ...]
    databases: tuple[str, ...] = ("sqlite",)
    marks: str = QUICK
    options: tuple[str, ...] = ("-n", "auto")
    browser: bool = False
    durable: bool = False


SUITES = (
    Suite("unit", ("tests/unit", "tests/properties")),
    Suite("integration", ("tests/integration", "tests/system"), databases=BOTH),
    Suite("journeys", ("tests/journeys",), browser=True),
)
ON_REQUEST = (
    Suite("kill", ("tests",), BOTH, "kill", ("--timeout=1800",), durable=True),
    Suite("soak", ("tests",), BOTH, "soak", ("--timeout=3600",), durable=True),
    Suite(
        "fuzz",
        ("tests/properties",),
        marks=f"fuzz or ({QUICK})",
        options=("-n", "auto", "--timeout=3600", "--hypothesis-profile=fuzz"),
    ),
)


@dataclass(slots=True)
class Outcome:
    """What one pytest run came to."""

    name: str
    exit_code: int
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: set[str] = field(default_factory=set)


def chosen(arguments: Sequence[str]) -> tuple[list[Suite], list[str]]:
    """The suites named first on the command line (all, if none) and what is left for pytest."""
    known = {suite.name: suite for suite in (*SUITES, *ON_REQUEST)}
    rest = list(arguments)
    names = []
    while rest and rest[0] in known:
        names.append(rest.pop(0))
    return ([known[name] for name in names] or list(SUITES)), rest


def paths_and_options(suite: Suite, rest: Sequence[str]) -> tuple[list[str], list[str]]:
    """Files, folders and tests named on the command line stand in for the suite's own."""
    named = [word for word in rest if (ROOT / word.partition("::")[0]).exists()]
    options = [word for word in rest if word not in named]
    return named or list(suite.paths), options


def read_report(report: Path, outcome: Outcome) -> Outcome:
    """Add the counts of a JUnit file, and why tests were skipped."""
    if not report.exists():
        outcome.failed = 1
        return outcome
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        outcome.failed += failed
        outcome.skipped += skipped
        outcome.passed += int(suite.get("tests", 0)) - failed - skipped
        outcome.reasons |= {skip.get("message", "") for skip in suite.iter("skipped")}
    return outcome


def run_pytest(
    suite: Suite, database: str, url: str | None, rest: Sequence[str], folder: Path
) -> Outcome:
    """One pytest in a process of its own, on one database."""
    name = f"{suite.name} on {database}"
    report = folder / f"{suite.name}-{database}.xml"
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    if url:
        environment["DATABASE_URL"] = url
    paths, options = paths_and_options(suite, rest)
    command = [sys.executable, "-m", "pytest", *paths, "-q", "-m", suite.marks]
    command += [*suite.options, f"--junitxml={report}", *options]
    services.say(f"{name}: pytest {' '.join(command[3:])}")
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)
    outcome = Outcome(name, done.returncode, time.monotonic() - began)
    return read_report(report, outcome)


def run(suites: Sequence[Suite], rest: Sequence[str]) -> list[Outcome]:
    """Make ready everything first, so that what is missing is said before an hour is spent."""
    outcomes = []
    with ExitStack() as stack:
        if any(suite.browser for suite in suites):
            os.environ["HOMEWARD_CHROMIUM"] = str(services.need_chromium())
        url = None
        if any("postgres" in suite.databases for suite in suites):
            durable = any(suite.durable for suite in suites)
            url = stack.enter_context(services.postgres(durable=durable))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="homeward-run-")))
        for suite in suites:
            for database in suite.databases:
                target = url if database == "postgres" else None
                outcomes.append(run_pytest(suite, database, target, rest, folder))
    return outcomes


def succeeded(outcomes: Sequence[Outcome], *, filtered: bool) -> bool:
    """Whether every run passed. A run left with no test by pytest options does not count."""
    fine = {0, NO_TESTS} if filtered else {0}
    return all(one.exit_code in fine for one in outcomes) and any(one.passed for one in outcomes)


def print_summary(outcomes: Sequence[Outcome]) -> None:
    """A line for each run, why anything was skipped, and the total alone on the last line."""
    print()
    for one in outcomes:
        print(
            f"{one.name:24} {one.passed:6} passed {one.failed:4} failed {one.skipped:4} skipped"
            f" {one.seconds:7.1f} s"
        )
    for reason in sorted(set().union(*(one.reasons for one in outcomes))):
        print(f"skipped: {reason}")
    counts = [sum(getattr(one, key) for one in outcomes) for key in ("passed", "failed", "skipped")]
    print(f"Total: {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped", flush=True)


def stop_cleanly(number: int, frame: object) -> None:
    """Turn a polite kill into an exit, so that the database server is stopped too."""
    raise SystemExit(128 + number)


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, stop_cleanly)
    suites, rest = chosen(arguments)
    try:
        outcomes = run(suites, rest)
    except services.Missing as error:
        print(f"The tests cannot run: {error}", file=sys.stderr)
        return 1
    print_summary(outcomes)
    return 0 if succeeded(outcomes, filtered=bool(rest)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

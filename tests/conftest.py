"""What every test gets: shut sockets, repeatable properties, a clock, and the data folders."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support import clock as clocks
from tests.support import databases

ROOT = Path(__file__).resolve().parents[1]
# Real messages and published tables by other people lie outside the repository.
DATA_FOLDER = ROOT.parent / "shared" / "data"
LOOPBACK = ["127.0.0.1", "::1"]

settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.register_profile(
    "fuzz",
    deadline=None,
    max_examples=2_000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("homeward")
    group.addoption(
        "--data-folder",
        type=Path,
        default=DATA_FOLDER,
        metavar="PATH",
        help="published data by other people (default: %(default)s)",
    )
    group.addoption(
        "--hl7-corpus",
        type=Path,
        default=DATA_FOLDER / "hl7",
        metavar="PATH",
        help="a folder of HL7 v2 messages by other people (default: %(default)s)",
    )
    group.addoption(
        "--screenshots",
        type=Path,
        default=None,
        metavar="FOLDER",
        help="where journeys save their pictures (default: none are taken)",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.option.disable_socket = True
    config.option.allow_unix_socket = True


def pytest_unconfigure() -> None:
    # The settings remove their folder at a normal exit, which xdist's workers never make.
    from django.conf import settings as django_settings

    if django_settings.configured and django_settings.HOME.name.startswith("homeward-test-"):
        shutil.rmtree(django_settings.HOME, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sockets are shut, but for this machine's own addresses where a test says `loopback`."""
    for item in items:
        if item.get_closest_marker("loopback") or item.get_closest_marker("journey"):
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))


@pytest.fixture(scope="session")
def data_folder(pytestconfig: pytest.Config) -> Path:
    """The folder of published data; the test is skipped, with the path, where there is none."""
    return folder_or_skip(pytestconfig.getoption("--data-folder"), "--data-folder")


@pytest.fixture(scope="session")
def hl7_corpus(pytestconfig: pytest.Config) -> Path:
    """The folder of other people's HL7 messages; the test is skipped where there is none."""
    return folder_or_skip(pytestconfig.getoption("--hl7-corpus"), "--hl7-corpus")


def folder_or_skip(folder: Path, option: str) -> Path:
    if not folder.is_dir():
        pytest.skip(f"no data folder {folder} (choose another with {option} PATH)")
    return folder.resolve()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> clocks.Clock:
    """A stopped clock at noon on 22 November 2026 for all that asks `timezone.now()`."""
    stopped = clocks.Clock(clocks.NOON)
    monkeypatch.setattr("django.utils.timezone.now", stopped)
    return stopped


@pytest.fixture(autouse=True, scope="session")
def flush_past_triggers() -> Iterator[None]:
    """Let Django empty the tables between tests although triggers keep the audit append-only."""
    with databases.flush_past_triggers():
        yield

"""One month of the demo, written once for all of these tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from homeward.demo.generator import HealthSystem, TimedMessage, build_world
from tests.unit.demo.reading import Feed, listen

# The clocks go forward inside this month.
UNTIL = datetime(2026, 4, 7, 9, 30, tzinfo=UTC)
DAYS = 35


@dataclass(frozen=True, repr=False)
class Month:
    system: HealthSystem
    messages: list[TimedMessage]
    later: list[TimedMessage]
    feeds: dict[str, Feed]


@pytest.fixture(scope="session")
def month():
    """35 days to UNTIL, and two days more so that every late message has come."""
    system = HealthSystem(build_world("standard", seed=3), until=UNTIL, days=DAYS, seed=3)
    messages = list(system.run(UNTIL))
    later = list(system.run(UNTIL + timedelta(days=2)))
    return Month(system, messages, later, listen(messages + later))

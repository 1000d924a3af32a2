"""Days in hospital, by date and not by the hour.

Rule: days = snapshot date - admission date, both in Europe/London; the bands 7+, 14+ and
21+ are cumulative. Source: acute discharge situation report, technical specification, 2022.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class StayBand(IntEnum):
    """Everyone who has stayed at least that many days."""

    SEVEN = 7
    FOURTEEN = 14
    TWENTY_ONE = 21


def london_date(moment: datetime) -> date:
    """The date in Europe/London at that moment (timezone-aware)."""
    return moment.astimezone(LONDON).date()


def start_of_day(day: date) -> datetime:
    """The first moment of that date in Europe/London, in UTC."""
    return datetime.combine(day, time.min, tzinfo=LONDON).astimezone(UTC)


def last_midnight(moment: datetime) -> datetime:
    """The latest midnight in Europe/London that is not after that moment, in UTC."""
    return start_of_day(london_date(moment))


def days_in_hospital(admitted_at: datetime, *, on: date) -> int:
    """Whole days from the admission date to `on`; never below zero."""
    return max((on - london_date(admitted_at)).days, 0)


def admitted_before(band: int, *, on: date) -> datetime:
    """Whoever was admitted before this moment has stayed `band` days or more on that date."""
    return start_of_day(on - timedelta(days=band - 1))

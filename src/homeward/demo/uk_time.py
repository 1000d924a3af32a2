"""Moments in UTC seconds, and how an English hospital's clock shows them."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
HOUR = 3600
DAY = 86_400
_MINUTES_AND_SECONDS = tuple(f"{s // 60:02d}{s % 60:02d}" for s in range(HOUR))


@lru_cache(maxsize=8192)
def _hour(hour: int) -> tuple[str, str, bool]:
    """Local 'yyyymmddhh' and '+hhmm' of one UTC hour, and whether it is the repeat of an
    hour that the clock already showed (UK offsets are whole hours, so an hour has one)."""
    local = datetime.fromtimestamp(hour * HOUR, LONDON)
    return local.strftime("%Y%m%d%H"), local.strftime("%z"), local.fold == 1


def stamp(at: int, *, with_offset: bool = False) -> str:
    """HL7 time of a moment on the hospital's clock, to the second.

    Without an offset the hour that comes twice in autumn would be read as its first
    showing, so its second showing states the offset all the same.
    """
    prefix, offset, repeated = _hour(at // HOUR)
    text = prefix + _MINUTES_AND_SECONDS[at % HOUR]
    return text + offset if with_offset or repeated else text


def local_date(at: int) -> date:
    """The day on the hospital's calendar."""
    day = _hour(at // HOUR)[0]
    return date(int(day[:4]), int(day[4:6]), int(day[6:8]))


def local_hour(at: int) -> int:
    """The hour of the day on the hospital's clock, 0 to 23."""
    return int(_hour(at // HOUR)[0][8:])


@lru_cache(maxsize=4096)
def midnight(day: date) -> int:
    """The moment a local day starts."""
    return int(datetime.combine(day, time(), LONDON).timestamp())


def to_datetime(at: int) -> datetime:
    """The moment as an aware UTC datetime."""
    return datetime.fromtimestamp(at, UTC)

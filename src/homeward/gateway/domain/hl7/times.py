"""Times and dates in fields (data types TS, DTM, DT)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from homeward.gateway.domain.hl7.errors import Hl7TimeError

_TIME = re.compile(
    r"([0-9]{4})(?:([0-9]{2})(?:([0-9]{2})"
    r"(?:([0-9]{2})(?:([0-9]{2})(?:([0-9]{2})(?:\.([0-9]{1,9}))?)?)?)?)?)?"
    r"(?:([+-])([0-9]{2})([0-9]{2}))?"
)
_LONGEST_OFFSET = timedelta(hours=14)
_DELETED = '""'


@dataclass(frozen=True, slots=True)
class Hl7Time:
    """A moment in UTC.

    date_only: the field gave no hour, so `at` is the start of that day (month, year) in its zone.
    ambiguous: the clock showed that time twice or never; `at` is then the first of the two, or
    as long after the gap as the time was into it.
    """

    at: datetime
    date_only: bool = False
    ambiguous: bool = False


def parse_time(text: str, zone: ZoneInfo) -> Hl7Time | None:
    """The moment a field names, read as YYYY[MM[DD[HH[MM[SS[.S...]]]]]][+/-ZZZZ].

    zone: where the sender's clock hangs; an offset in the field itself counts for more.
    An empty field and `""` give None. Raises Hl7TimeError for anything else that is no time.
    Source: HL7 v2.5.1 chapter 2A, data type DTM.
    """
    text = text.strip()
    return _parsed(text, zone) if text and text != _DELETED else None


# A message says one moment several times, and every message of a visit when it began.
@lru_cache(maxsize=4096)
def _parsed(text: str, zone: ZoneInfo) -> Hl7Time:
    match = _TIME.fullmatch(text)
    if match is None:
        raise Hl7TimeError(f"{text[:30]!r} is not a time of the form YYYYMMDDHHMMSS")
    try:
        return _moment(match, zone)
    except (ValueError, OverflowError):
        raise Hl7TimeError(f"{text[:30]!r} names a date or time that does not exist") from None


def parse_date(text: str) -> date | None:
    """The day a field names, as its own calendar has it; any time of day is left out.

    An empty field and `""` give None. Raises Hl7TimeError when no full date stands there.
    """
    text = text.strip()
    if not text or text == _DELETED:
        return None
    match = _TIME.fullmatch(text)
    if match is None or match[3] is None:
        raise Hl7TimeError(f"{text[:30]!r} is not a date of the form YYYYMMDD")
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise Hl7TimeError(f"{text[:30]!r} names a date that does not exist") from None


def _moment(match: re.Match[str], zone: ZoneInfo) -> Hl7Time:
    year, month, day, hour, minute, second, fraction, sign, offset_hours, offset_minutes = (
        match.groups()
    )
    local = datetime(  # noqa: DTZ001 - its zone is what is being worked out
        int(year),
        int(month or 1),
        int(day or 1),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        int((fraction or "0").ljust(6, "0")[:6]),
    )
    date_only = hour is None
    if sign:
        offset = _offset(sign, int(offset_hours), int(offset_minutes))
        return Hl7Time(local.replace(tzinfo=offset).astimezone(UTC), date_only)
    # With fold 0 Python takes the first of two, and the old offset in a gap: later by the gap.
    first = local.replace(tzinfo=zone)
    ambiguous = first.utcoffset() != first.replace(fold=1).utcoffset()
    return Hl7Time(first.astimezone(UTC), date_only, ambiguous)


def _offset(sign: str, hours: int, minutes: int) -> timezone:
    offset = timedelta(hours=hours, minutes=minutes)
    if minutes > 59 or offset > _LONGEST_OFFSET:
        raise ValueError("no place on earth keeps this offset")
    return timezone(-offset if sign == "-" else offset)

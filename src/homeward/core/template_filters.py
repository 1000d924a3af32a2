"""Filters every template may use: moments in local words, counts, numbers as people read them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from markupsafe import Markup

# Each unit with the seconds it holds, largest first. Weeks and months are never said:
# hospitals count in days.
UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
NHS_NUMBER_DIGITS = 10


def local_time(at: datetime | None) -> str:
    """The clock in Europe/London, as '08:02'. Empty when there is no moment."""
    return f"{timezone.localtime(at):%H:%M}" if at else ""


def local_date(at: datetime | date | None) -> str:
    """The day in Europe/London, as '2 Nov 2026'. Empty when there is none."""
    if at is None:
        return ""
    day = timezone.localtime(at).date() if isinstance(at, datetime) else at
    return f"{day.day} {day:%b %Y}"


def local_datetime(at: datetime | None) -> str:
    """Day and clock in Europe/London, as '2 Nov 2026, 08:02'. Empty when there is no moment."""
    return f"{local_date(at)}, {local_time(at)}" if at else ""


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: '1 person', '1,204 people'. `many` defaults to `one` with an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def days(length: timedelta | int) -> str:
    """A length in whole days, as '1 day' or '3 days'. Part of a day is not rounded up."""
    return count(length.days if isinstance(length, timedelta) else length, "day")


def duration(length: timedelta) -> str:
    """A length in its largest whole unit: '40 seconds', '3 hours', '2 days'."""
    seconds = max(int(length.total_seconds()), 0)
    size, name = next((unit for unit in UNITS if seconds >= unit[0]), UNITS[-1])
    return count(seconds // size, name)


def ago(at: datetime, as_of: datetime) -> str:
    """How long before `as_of` something was: '40 seconds ago'. A moment to come is 'in 2 hours'."""
    return f"in {duration(at - as_of)}" if at > as_of else f"{duration(as_of - at)} ago"


def thousands(number: float) -> str:
    """A number with its thousands marked: 1,204."""
    return f"{number:,}"


def nhs_number(number: str | None) -> str:
    """An NHS number in threes and four with spaces that never break; anything else as it came."""
    if number is None or len(number) != NHS_NUMBER_DIGITS or not number.isdigit():
        return number or ""
    return f"{number[:3]}\u00a0{number[3:6]}\u00a0{number[6:]}"


def attributes(pairs: dict[str, Any]) -> Markup:
    """HTML attributes as written in a tag. True is a bare name; None and False are left out."""
    parts = [
        Markup(" {}").format(name) if value is True else Markup(' {}="{}"').format(name, value)
        for name, value in pairs.items()
        if value is not None and value is not False
    ]
    return Markup("").join(parts)


FILTERS: dict[str, Callable[..., Any]] = {
    "ago": ago,
    "attributes": attributes,
    "count_of": count,
    "days": days,
    "duration": duration,
    "local_date": local_date,
    "local_datetime": local_datetime,
    "local_time": local_time,
    "nhs_number": nhs_number,
    "thousands": thousands,
}

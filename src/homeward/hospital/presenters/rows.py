"""The person row: the same component wherever a person is listed."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from django.urls import reverse

from homeward.hospital.domain.display import (
    RESTRICTED_NAME,
    age_on,
    counted,
    initials,
    list_name,
    place_words,
    sex_words,
)
from homeward.hospital.domain.length_of_stay import LONDON, days_in_hospital, london_date
from homeward.hospital.domain.nhs_number import spaced
from homeward.hospital.domain.places import NO_NAMES, WardNames
from homeward.hospital.queries.rows import ListRow

LAST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A state or flag: a word first, a colour second."""

    text: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """One person as a list shows them."""

    key: str
    href: str
    name: str
    who: str
    number: str
    local_id: str
    ward: str
    ward_code: str
    bed: str
    days: str
    admitted_at: datetime
    admitted: str
    state: Word
    state_detail: str
    expected: str
    expected_at: datetime | None
    flags: tuple[Word, ...]
    masked: bool
    # For a screen that strangers can read.
    initials: str
    last_digits: str


def row_view(row: ListRow, *, today: date, names: WardNames = NO_NAMES) -> RowView:
    """One row in words, as on that date."""
    state, detail = state_words(row, today=today)
    until = london_date(row.left_at) if row.left_at else today
    return RowView(
        key=str(row.spell),
        href=row_href(row),
        name=RESTRICTED_NAME if row.masked else list_name(row.family_name, row.given_name),
        who=who_words(row, today=today),
        number=spaced(row.nhs_number),
        local_id=row.local_id,
        ward=names.of(row.site, row.ward) or "No ward given",
        ward_code=names.code_beside(row.site, row.ward),
        bed=place_words(row.room, row.bed),
        days=counted(days_in_hospital(row.admitted_at, on=until), "day"),
        admitted_at=row.admitted_at,
        admitted=exact_words(row.admitted_at),
        state=state,
        state_detail=detail,
        expected="" if row.left_at else expected_words(row.expected_discharge_at, today=today),
        expected_at=row.expected_discharge_at,
        flags=tuple(flags(row)),
        masked=row.masked,
        initials="Restricted" if row.masked else initials(row.family_name, row.given_name),
        last_digits=(row.nhs_number or row.local_id)[-LAST_DIGITS:],
    )


def row_href(row: ListRow) -> str:
    """Where the row leads; for someone masked, to the question why they need to be known."""
    if row.masked:
        return _address("hospital:restricted").format(row.person.hex)
    return _address("hospital:person").format(row.person)


@cache
def _address(name: str) -> str:
    # Looking an address up for each row costs more than writing the row.
    blank = UUID(int=0)
    spelt = blank.hex if name == "hospital:restricted" else str(blank)
    return reverse(name, args=(spelt,)).replace(spelt, "{}")


def who_words(row: ListRow, *, today: date) -> str:
    """Age and sex, as "82, female"; empty for someone masked."""
    age = age_on(row.birth_date, today)
    parts = ["" if age is None else str(age), sex_words(row.sex)]
    return ", ".join(part for part in parts if part)


def state_words(row: ListRow, *, today: date) -> tuple[Word, str]:
    """Where they stand, and the detail beside it. The most pressing state wins."""
    expected = row.expected_discharge_at
    if row.left_at is not None:
        return Word("Left", "grey"), day_words(row.left_at, today=today)
    if row.died:
        return Word("Died", "grey"), "not yet discharged"
    if row.on_leave_since is not None:
        return Word("On leave", "purple"), f"since {day_words(row.on_leave_since, today=today)}"
    waited = row.readiness.days_ready(on=today)
    if expected is not None and london_date(expected) == today:
        # The list's order is by readiness: say it.
        since = f"ready {counted(waited, 'day')}" if waited else ""
        return Word("Leaving today", "green"), ", ".join(
            filter(None, (clock_words(expected), since))
        )
    if waited is not None:
        ready = f"Ready {counted(waited, 'day')}" if waited else "Ready today"
        return Word(ready, "aqua-green"), row.pending
    if expected is not None and london_date(expected) < today:
        late = (today - london_date(expected)).days
        return Word("Date passed", "orange"), f"{counted(late, 'day')} ago"
    if row.readiness.meets:
        return Word("Needs hospital", "white"), row.pending
    return Word("In hospital", "white"), row.pending


def expected_words(expected: datetime | None, *, today: date) -> str:
    """When they are expected to leave, as "today 14:00" or "Fri 27 Nov"."""
    return day_words(expected, today=today) if expected else "Not set"


def day_words(moment: datetime, *, today: date) -> str:
    """A day near today in words, with the clock when one was given."""
    day = london_date(moment)
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    words = near.get((day - today).days)
    if words is None:
        words = f"{day:%a} {day.day} {day:%b}"
        words += "" if abs((day - today).days) < 180 else f" {day.year}"
    return f"{words} {clock_words(moment)}".strip()


def exact_words(moment: datetime) -> str:
    """The exact moment in Europe/London, as "2 Nov 2026, 08:02"."""
    local = moment.astimezone(LONDON)
    return f"{local.day} {local:%b %Y, %H:%M}"


def clock_words(moment: datetime) -> str:
    """The clock in Europe/London; empty at midnight, which stands for "no time given"."""
    local = moment.astimezone(LONDON)
    return "" if (local.hour, local.minute) == (0, 0) else f"{local:%H:%M}"


def flags(row: ListRow) -> list[Word]:
    """What a reader must notice about the row."""
    found = []
    if row.clash:
        found.append(Word("Two in bed", "red"))
    if row.restricted:
        found.append(Word("Restricted", "purple"))
    if row.provisional:
        found.append(Word("Admission not heard", "yellow"))
    if row.inferred:
        found.append(Word("Move not announced", "yellow"))
    return found

"""Days in hospital, by date."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.hospital.domain.length_of_stay import (
    LONDON,
    admitted_before,
    days_in_hospital,
    last_midnight,
    london_date,
    start_of_day,
)
from tests.support.cases import read_cases

CASES = """
admitted         | on         | days
2026-11-22 00:00 | 2026-11-22 | 0
2026-11-21 23:59 | 2026-11-22 | 1
2026-11-15 23:59 | 2026-11-22 | 7
2026-11-16 00:00 | 2026-11-22 | 6
2026-03-28 23:30 | 2026-03-30 | 2
2026-10-24 23:30 | 2026-10-26 | 2
1927-11-22 10:00 | 2026-11-22 | 36160
2026-11-23 10:00 | 2026-11-22 | 0
"""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("admitted", "on", "days"),
    read_cases(CASES, admitted=moment, on=date.fromisoformat, days=int),
)
def test_days_are_dates_apart(admitted: datetime, on: date, days: int) -> None:
    assert days_in_hospital(admitted, on=on) == days


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-07-01", "2026-12-01"])
def test_a_day_begins_at_midnight_in_london_whatever_the_clocks_do(day: str) -> None:
    begins = start_of_day(date.fromisoformat(day)).astimezone(LONDON)
    assert begins.isoformat()[:16] == f"{day}T00:00"


def test_the_last_midnight_is_not_after_the_moment() -> None:
    assert last_midnight(moment("2026-07-01 00:00")) == moment("2026-07-01 00:00")
    assert last_midnight(moment("2026-07-01 23:59")) == moment("2026-07-01 00:00")


@given(
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2040, 1, 1)),
    st.sampled_from([7, 14, 21]),
    st.integers(0, 40),
)
def test_the_bands_agree_with_counting_days(admitted: datetime, band: int, later: int) -> None:
    began = admitted.replace(tzinfo=LONDON)
    today = date.fromordinal(london_date(began).toordinal() + later)
    stayed = days_in_hospital(began, on=today) >= band
    assert (began < admitted_before(band, on=today)) is stayed

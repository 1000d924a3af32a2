"""Writing of fields, times and segments."""

from datetime import UTC, date, datetime

import pytest

from homeward.demo import hl7_text
from homeward.demo.people import Person
from homeward.demo.uk_time import midnight, stamp
from homeward.demo.world import TRUSTS


def seconds(*parts):
    return int(datetime(*parts, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("O'Brien", "O'Brien"),
        ("Carter & Sons", "Carter \\T\\ Sons"),
        ("a|b^c~d\\e", "a\\F\\b\\S\\c\\R\\d\\E\\e"),
        ("two\r\nlines", "two  lines"),
    ],
)
def test_escape(text, written):
    assert hl7_text.escape(text) == written


def test_times_are_the_hospitals_own():
    assert stamp(seconds(2026, 7, 1, 11, 5, 9)) == "20260701120509"
    assert stamp(seconds(2026, 1, 1, 11, 5, 9), with_offset=True) == "20260101110509+0000"


def test_the_hour_that_comes_twice_states_its_offset_the_second_time():
    assert stamp(seconds(2026, 10, 25, 0, 30)) == "20261025013000"
    assert stamp(seconds(2026, 10, 25, 1, 30)) == "20261025013000+0000"


def test_midnight_of_a_summer_day_is_an_hour_earlier_in_utc():
    assert midnight(date(2026, 7, 1)) == seconds(2026, 6, 30, 23)


def test_a_restricted_person_without_practice_is_still_flagged():
    person = Person("1", "A", "B", "F", None, restricted=True)
    assert hl7_text.pd1(person).split("|")[12] == "Y\r"


def test_a_person_without_an_nhs_number_has_only_the_local_one():
    person = Person("42", "Ng'ang'a", "Zoë", "F", date(1950, 2, 3), nhs_status="03")
    fields = hl7_text.pid(TRUSTS[0], person).split("|")
    assert fields[3] == "42^^^ZZ1^MR"
    assert fields[5] == "Ng'ang'a^Zoë^^^^^L"
    assert fields[7:9] == ["19500203", "F"]
    assert fields[32] == "03\r"


def test_results_put_the_status_and_time_where_hl7_puts_them():
    text = hl7_text.readiness_segments(
        TRUSTS[0], meets=False, pathway=2, ready_at=seconds(2026, 1, 2, 9), observed=0
    )
    lines = [line.split("|") for line in text.split("\r") if line]
    assert [line[3].split("^")[0] for line in lines[1:]] == ["CTR", "PATHWAY", "DRD"]
    assert [line[5].split("^")[0] for line in lines[1:]] == ["N", "2", "20260102"]
    assert all(line[11] == "F" and line[14] for line in lines[1:])

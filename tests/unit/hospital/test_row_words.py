"""The person row in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from homeward.hospital.domain.readiness import Readiness
from homeward.hospital.presenters.rows import day_words, flags, row_view, state_words, who_words
from homeward.hospital.queries.rows import ListRow, masked
from tests.support.cases import read_cases

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROW = ListRow(
    spell=UUID(int=1),
    person=UUID(int=2),
    restricted=False,
    family_name="Jones",
    given_name="Ada",
    birth_date=date(1944, 5, 12),
    sex="F",
    nhs_number="9434765919",
    nhs_number_status="01",
    local_id="H1",
    died=False,
    visit_number="V1",
    patient_class="inpatient",
    provisional=False,
    admitted_at=NOON - timedelta(days=3),
    expected_discharge_at=None,
    on_leave_since=None,
    pending="",
    specialty="300",
    consultant_name="Dr Osei",
    site="S",
    ward="ASH",
    room="B1",
    bed="04",
    inferred=False,
)

STATES = """
died | leave      | expected         | meets | ready      | state          | detail
     |            |                  |       |            | In hospital    |
yes  | 2026-11-21 | 2026-11-22 14:00 | no    | 2026-11-20 | Died           | not yet discharged
     | 2026-11-21 | 2026-11-22 14:00 |       |            | On leave       | since yesterday
     |            | 2026-11-22 14:00 | no    | 2026-11-20 | Leaving today  | 14:00, ready 2 days
     |            | 2026-11-22       |       |            | Leaving today  |
     |            | 2026-11-20       | no    | 2026-11-20 | Ready 2 days   |
     |            | 2026-11-20       |       |            | Date passed    | 2 days ago
     |            | 2026-11-24       |       |            | In hospital    |
     |            |                  | yes   |            | Needs hospital |
     |            |                  | no    | 2026-11-22 | Ready today   |
     |            |                  | no    | 2026-11-21 | Ready 1 day    |
"""


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


@pytest.mark.parametrize(
    ("died", "leave", "expected", "meets", "ready", "state", "detail"),
    read_cases(
        STATES,
        died=bool,
        leave=moment,
        expected=moment,
        meets={"yes": True, "no": False, "": None}.__getitem__,
        ready=lambda day: date.fromisoformat(day) if day else None,
    ),
)
def test_state(
    died: bool,
    leave: datetime | None,
    expected: datetime | None,
    meets: bool | None,
    ready: date | None,
    state: str,
    detail: str,
) -> None:
    row = replace(
        ROW,
        died=died,
        on_leave_since=leave,
        expected_discharge_at=expected,
        readiness=Readiness(meets, ready),
    )
    word, said = state_words(row, today=TODAY)
    assert (word.text, said) == (state, detail)
    assert len(word.text.split()) <= 3


DAYS = """
moment           | words
2026-11-22 14:00 | today 14:00
2026-11-22 00:00 | today
2026-11-23 09:30 | tomorrow 09:30
2026-11-21 09:30 | yesterday 09:30
2026-11-27 00:00 | Fri 27 Nov
2027-11-27 00:00 | Sat 27 Nov 2027
"""


@pytest.mark.parametrize(("at", "words"), read_cases(DAYS.replace("moment  ", "at      ")))
def test_days_near_today_are_said_as_people_say_them(at: str, words: str) -> None:
    found = moment(at)
    assert found is not None
    assert day_words(found, today=TODAY) == words


def test_who_leaves_out_what_is_not_known() -> None:
    assert who_words(ROW, today=TODAY) == "82, female"
    assert who_words(replace(ROW, birth_date=None), today=TODAY) == "female"
    assert who_words(replace(ROW, birth_date=None, sex="U"), today=TODAY) == ""


def test_flags_have_words_of_three_at_most() -> None:
    row = replace(ROW, clash=True, restricted=True, provisional=True, inferred=True)
    assert [flag.text for flag in flags(row)] == [
        "Two in bed",
        "Restricted",
        "Admission not heard",
        "Move not announced",
    ]


def test_a_masked_row_holds_nothing_of_who_it_is() -> None:
    view = row_view(masked(replace(ROW, restricted=True)), today=TODAY)
    assert view.name == "Restricted person"
    assert (view.who, view.number, view.local_id, view.last_digits) == ("", "", "", "")
    assert view.initials == "Restricted"
    assert (view.ward, view.bed, view.days) == ("ASH", "B1 bed 04", "3 days")

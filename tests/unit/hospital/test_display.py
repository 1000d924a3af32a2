"""How people and places are written."""

from datetime import date

import pytest

from homeward.hospital.domain.display import (
    age_on,
    counted,
    initials,
    list_name,
    natural_key,
    place_in_sentence,
    place_words,
    sex_words,
)
from homeward.hospital.domain.specialties import specialty_name
from tests.support.cases import read_cases

NAMES = """
family   | given | name           | initials
O'Brien  | Zoë   | O'BRIEN, Zoë   | ZO
Şahin    |       | ŞAHIN          | Ş
         | Ada   | Ada            | A
         |       | Name not known | ?
李       | 小龙  | 李, 小龙       | 小李
"""


@pytest.mark.parametrize(("family", "given", "name", "short"), read_cases(NAMES))
def test_names(family: str, given: str, name: str, short: str) -> None:
    assert list_name(family, given) == name
    assert initials(family, given) == short


AGES = """
born       | on         | age
1944-11-22 | 2026-11-22 | 82
1944-11-23 | 2026-11-22 | 81
2024-02-29 | 2025-02-28 | 0
2024-02-29 | 2025-03-01 | 1
1900-01-01 | 2026-11-22 | 126
2026-11-23 | 2026-11-22 | None
"""


@pytest.mark.parametrize(
    ("born", "on", "age"), read_cases(AGES, born=date.fromisoformat, on=date.fromisoformat)
)
def test_ages(born: date, on: date, age: str) -> None:
    assert str(age_on(born, on)) == age


def test_no_birth_date_is_no_age() -> None:
    assert age_on(None, date(2026, 11, 22)) is None


PLACES = """
room | bed | words               | in_sentence
B2   | 04  | B2 bed 04           | B2 bed 04
     | 04  | Bed 04              | bed 04
B2   |     | B2, no bed given    | B2, no bed given
     |     | No bed given        | no bed given
"""


@pytest.mark.parametrize(("room", "bed", "words", "in_sentence"), read_cases(PLACES))
def test_places(room: str, bed: str, words: str, in_sentence: str) -> None:
    assert place_words(room, bed) == words
    assert place_in_sentence(room, bed) == in_sentence


def test_beds_stand_in_the_order_people_count_them() -> None:
    beds = ["Bed 10", "Bed 2", "A1", "3", "Bed 2b", "", "01"]
    assert sorted(beds, key=natural_key) == ["", "01", "3", "A1", "Bed 2", "Bed 2b", "Bed 10"]


def test_counts_take_their_noun() -> None:
    assert counted(1, "day") == "1 day"
    assert counted(0, "day") == "0 days"
    assert counted(1204, "person", "people") == "1,204 people"


def test_codes_without_words_are_shown_as_they_came() -> None:
    assert specialty_name("430") == "Geriatric medicine"
    assert specialty_name("X99") == "X99"
    assert sex_words("f") == "female"
    assert sex_words("U") == ""

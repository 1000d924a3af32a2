"""NHS numbers."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.hospital.domain.nhs_number import (
    check_digit,
    is_test_number,
    is_valid,
    spaced,
    status_words,
)
from tests.support.cases import read_cases

# Valid and invalid samples: NHS Data Dictionary algorithm worked by hand.
CASES = """
number         | valid
9434765919     | yes
943 476 5919   | yes
943-476-5919   | yes
9449305552     | yes
4010232137     | yes
4010232138     | no
4857773456     | no
9999999998     | no
999999999      | no
99999999999    | no
943476591X     | no
９４３４７６５９１９ | no
943.476.5919   | no
               | no
"""


@pytest.mark.parametrize(("number", "valid"), read_cases(CASES))
def test_a_number_is_valid_when_its_last_digit_checks_the_others(number: str, valid: str) -> None:
    assert is_valid(number) is (valid == "yes")


@pytest.mark.parametrize("digit", "0123456789")
def test_one_digit_ten_times_over_is_refused_although_it_passes_the_sum(digit: str) -> None:
    assert check_digit(digit * 9) == int(digit)
    assert not is_valid(digit * 10)


def test_a_stem_whose_check_would_be_ten_is_never_issued() -> None:
    assert check_digit("999000000") is None
    assert not any(is_valid(f"999000000{digit}") for digit in range(10))


def test_published_samples_come_out_as_published(data_folder: Path) -> None:
    file = data_folder / "stats_vectors" / "nhs_numbers" / "nhs_numbers_expected.csv"
    if not file.is_file():
        pytest.skip(f"no file {file}")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert rows
    assert {row["value"]: is_valid(row["value"]) for row in rows} == {
        row["value"]: row["valid"] == "1" for row in rows
    }


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_at_most_one_last_digit_is_right(stem: str) -> None:
    right = [digit for digit in range(10) if is_valid(f"{stem}{digit}")]
    assert right in ([], [check_digit(stem)])


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert is_valid(text) in (True, False)
    assert isinstance(spaced(text), str)


@pytest.mark.parametrize("stem", ["12345678", "1234567890", "12345678x", ""])
def test_a_check_digit_needs_nine_digits(stem: str) -> None:
    with pytest.raises(ValueError, match="nine digits"):
        check_digit(stem)


def test_numbers_are_shown_in_threes_and_four() -> None:
    assert spaced("9434765919") == "943 476 5919"
    assert spaced("12345") == "12345"


def test_the_test_range_is_known() -> None:
    assert is_test_number("999 000 0018")
    assert not is_test_number("9434765919")


def test_status_codes_have_words() -> None:
    assert status_words("01") == "verified"
    assert status_words("08") == "trace postponed (young baby)"
    assert status_words("") == "not verified"

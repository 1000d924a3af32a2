"""NHS numbers: ten digits, the last of which checks the other nine.

Source: NHS Data Model and Dictionary, NHS number (modulus 11 algorithm).
"""

import re
from enum import StrEnum
from functools import lru_cache

LENGTH = 10
MODULUS = 11
# People write spaces and hyphens between the groups; anything else is not a number.
SEPARATORS = re.compile(r"[ \-\u00a0]")
TEN_DIGITS = re.compile(r"[0-9]{10}")
# Kept for tests: no living person has one.
TEST_PREFIX = "999"


class NumberStatus(StrEnum):
    """How well an NHS number is known (PID-32)."""

    VERIFIED = "01"
    NOT_TRACED = "02"
    TRACE_REQUIRED = "03"
    NO_SINGLE_MATCH = "04"
    TO_BE_RESOLVED = "05"
    IN_PROGRESS = "06"
    NOT_REQUIRED = "07"
    POSTPONED = "08"


STATUS_WORDS: dict[str, str] = {
    NumberStatus.VERIFIED: "verified",
    NumberStatus.NOT_TRACED: "not traced",
    NumberStatus.TRACE_REQUIRED: "needs tracing",
    NumberStatus.NO_SINGLE_MATCH: "traced, no single match",
    NumberStatus.TO_BE_RESOLVED: "trace conflict to resolve",
    NumberStatus.IN_PROGRESS: "trace in progress",
    NumberStatus.NOT_REQUIRED: "no number, none needed",
    NumberStatus.POSTPONED: "trace postponed (young baby)",
}


def cleaned(text: str) -> str:
    """The text without the spaces and hyphens people write between groups of digits."""
    return SEPARATORS.sub("", text)


def check_digit(first_nine: str) -> int | None:
    """The digit that must follow these nine, or None where no number is ever issued.

    Raises ValueError unless given exactly nine digits 0 to 9.
    """
    if not re.fullmatch(r"[0-9]{9}", first_nine):
        raise ValueError("a check digit needs nine digits")
    total = sum(
        int(digit) * weight for digit, weight in zip(first_nine, range(10, 1, -1), strict=True)
    )
    digit = (MODULUS - total % MODULUS) % MODULUS
    return None if digit == MODULUS - 1 else digit


# Every message of a person says it again.
@lru_cache(maxsize=8192)
def is_valid(text: str) -> bool:
    """Whether the text is an NHS number, with or without separators.

    One digit ten times over passes the arithmetic but is always a placeholder: refused.
    """
    digits = cleaned(text)
    if not TEN_DIGITS.fullmatch(digits) or len(set(digits)) == 1:
        return False
    return check_digit(digits[:9]) == int(digits[9])


def is_test_number(text: str) -> bool:
    """Whether the number lies in the range kept for tests (999 000 0000 and above)."""
    digits = cleaned(text)
    return bool(TEN_DIGITS.fullmatch(digits)) and digits.startswith(TEST_PREFIX)


def spaced(text: str) -> str:
    """The number as it is read aloud, 3-3-4; text that is no ten digits comes back as it is."""
    digits = cleaned(text)
    if not TEN_DIGITS.fullmatch(digits):
        return text
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def status_words(status: str) -> str:
    """What a status code says of the number; an unknown or absent code is not verified."""
    return STATUS_WORDS.get(status, "not verified")

# ruff: noqa: E501 - a case is one line, however long.
"""A cancel takes an event out of the history; what is left is what happened."""

from __future__ import annotations

import pytest

from homeward.hospital.domain.fold import fold_history
from tests.support.cases import read_cases
from tests.support.story import events, steps, told, where

CANCELS = """
what came                                                          | who is where
A01 10:00 ASH 1; A11 10:00 rec=11:00                               | V1 P1 cancelled
A01 10:00 ASH 1; A02 11:00 OAK 2; A11 10:00 rec=12:00              | V1 P1 cancelled
A01 10:00 ASH 1; A03 11:00; A11 10:00 rec=12:00                    | V1 P1 cancelled
A05 09:00 ASH 1; A01 10:00 ASH 1; A11 10:00 rec=11:00              | V1 P1 planned
A04 09:00 ED 1; A01 10:00 ASH 1; A11 10:00 rec=11:00               | V1 P1 open 09:00: ED 1 09:00-
A04 09:00 ED 1; A06 10:00 ASH 1; A11 10:00 rec=11:00               | V1 P1 open 09:00: ED 1 09:00-
A04 09:00 ED 1 class=E; A11 09:00 rec=10:00                        | V1 P1 cancelled
A04 09:00 ED 1 class=E; A11 10:00                                  | V1 P1 cancelled
A08 09:00 ASH 1; A11 10:00                                         | V1 P1 cancelled
A01 10:00 ASH 1; A11 10:00 rec=11:00; A01 12:00 OAK 2              | V1 P1 open 12:00: OAK 2 12:00-
A11 10:00                                                          | V1 P1 cancelled
A05 09:00 ASH 1; A11 10:00                                         | V1 P1 planned
A01 10:00 ASH 1; A02 12:00 OAK 2; A12 12:00 rec=12:30              | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A02 12:00 OAK 2; A12 13:00                        | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A02 12:00 OAK 2; A12 12:00 YEW 9 rec=12:30        | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A02 11:00 OAK 2; A02 12:00 YEW 3; A12 12:00 rec=12:30 | V1 P1 open 10:00: ASH 1 10:00-11:00, OAK 2 11:00-
A01 10:00 ASH 1; A02 11:00 OAK 2; A02 12:00 YEW 3; A12 11:00 rec=12:30 | V1 P1 open 10:00: ASH 1 10:00-12:00, YEW 3 12:00-
A01 10:00 ASH 1; A02 11:00 OAK 2; A02 12:00 YEW 3; A12 12:40; A12 12:50 | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A02 12:00 OAK 2; A12 12:00 rec=12:30; A03 14:00   | V1 P1 closed 10:00-14:00: ASH 1 10:00-14:00
A12 12:00 ASH 1                                                    | V1 P1 open 12:00 unannounced: ASH 1 12:00-
A02 12:00 OAK 2 from=ASH/1; A12 12:00 rec=12:30                    | V1 P1 open 12:00 unannounced: ASH 1 12:00-
A04 09:00 ED 1; A06 12:00 ASH 1; A12 12:00 rec=12:30               | V1 P1 open 09:00: ED 1 09:00-
A01 10:00 ASH 1; A12 12:00 OAK 2                                   | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A03 12:00; A13 12:00 rec=12:30                    | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A03 12:00; A13 12:30                              | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A03 12:00; A13 12:00 left=12:00 to=54 rec=12:30   | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A03 12:00; A13 12:00 rec=12:30; A03 14:00         | V1 P1 closed 10:00-14:00: ASH 1 10:00-14:00
A01 10:00 ASH 1; A03 12:00; A13 12:00 rec=12:30; A13 12:00 rec=12:40 | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A03 12:00; A03 13:00; A13 13:00 rec=13:30         | V1 P1 closed 10:00-12:00: ASH 1 10:00-12:00
A01 10:00 ASH 1; A03 14:00; A13 14:00 rec=15:00; A02 16:00 OAK 2   | V1 P1 open 10:00: ASH 1 10:00-16:00, OAK 2 16:00-
A03 14:00 ASH 1; A13 14:00 rec=15:00                               | V1 P1 open 14:00 unannounced: ASH 1 14:00-
A13 14:00 ASH 1 left=12:00                                         | V1 P1 open 14:00 unannounced: ASH 1 14:00-
A01 10:00 ASH 1; A13 12:00 OAK 2                                   | V1 P1 open 10:00: ASH 1 10:00-
"""


@pytest.mark.parametrize(("came", "expected"), read_cases(CANCELS))
def test_what_a_cancel_leaves(came, expected):
    assert where(told(came)) == expected


@pytest.mark.parametrize(("came", "expected"), read_cases(CANCELS))
def test_a_cancel_may_come_before_what_it_cancels(came, expected):
    ledger, refused = fold_history(events(reversed(steps(came))))
    assert not refused
    assert where(ledger) == expected


MERGED = """
what came                                                          | who is where
A01 10:00 ASH 1; A03 12:00; A50 13:00 v=V2 mrgv=V1; A13 12:00 v=V2 rec=14:00 | V1 P1 merged; V2 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A02 12:00 OAK 2; A42 13:00 v=V2 mrgv=V1; A12 12:00 v=V2 rec=14:00 | V1 P1 merged; V2 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A50 11:00 v=V2 mrgv=V1; A03 12:00 v=V2; A13 12:00 v=V1 rec=14:00 | V1 P1 merged; V2 P1 open 10:00: ASH 1 10:00-
"""


@pytest.mark.parametrize(("came", "expected"), read_cases(MERGED))
def test_a_cancel_under_the_other_number_of_a_visit_finds_what_it_cancels(came, expected):
    assert where(told(came)) == expected


def test_a_cancel_takes_back_only_its_own_visit():
    story = "A01 10:00 ASH 1; A03 12:00; A01 10:00 OAK 2 v=V2 p=P2; A03 12:00 v=V2 p=P2; "
    assert where(told(story + "A13 12:00 rec=13:00")) == (
        "V1 P1 open 10:00: ASH 1 10:00-; V2 P2 closed 10:00-12:00: OAK 2 10:00-12:00"
    )


def test_a_cancel_of_one_half_of_a_swap_moves_one_person_back():
    story = (
        "A01 10:00 ASH 1; A01 10:00 OAK 2 p=P2 v=V2; A17 12:00 OAK 2 swap=P2/V2/ASH/1; "
        "A12 12:00 rec=12:30"
    )
    assert where(told(story)) == (
        "V1 P1 open 10:00: ASH 1 10:00-; V2 P2 open 10:00: OAK 2 10:00-12:00, ASH 1 12:00-"
    )


def test_a_cancelled_discharge_leaves_no_destination():
    spell = next(
        iter(told("A01 10:00 ASH 1; A03 12:00 to=54; A13 12:00 rec=13:00 to=54").spells.values())
    )
    assert (spell.discharge_destination, spell.discharged_at) == ("", None)


def test_a_cancelled_discharge_restores_what_the_last_message_said():
    story = "A01 10:00 ASH 1 spec=300; A03 12:00 spec=430; A13 12:00 rec=13:00"
    assert next(iter(told(story).spells.values())).specialty == "300"


def test_what_a_cancel_says_of_the_person_still_counts():
    story = "A01 10:00 ASH 1 name=GREY/LADY; A03 12:00; A13 12:00 rec=13:00 name=BLOOD/ORANGE"
    assert next(iter(told(story).people.values())).family_name == "BLOOD"


def test_a_cancel_marks_its_person_for_folding():
    person = next(iter(told("A01 10:00 ASH 1; A13 12:00").people.values()))
    assert person.has_cancels

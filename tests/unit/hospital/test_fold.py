# ruff: noqa: E501 - a case is one line, however long.
"""What came, and who is then where: every event the hub consumes."""

from __future__ import annotations

from itertools import permutations

import pytest

from homeward.hospital.domain.fold import fold_history
from tests.support.cases import read_cases
from tests.support.story import events, steps, told, where

STAYS = """
what came                                        | who is where
A01 10:00 ASH 1                                  | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1 adm=09:30                        | V1 P1 open 09:30: ASH 1 09:30-
A01 10:00                                        | V1 P1 open 10:00: no place 10:00-
A01 10:00 ASH 1; A02 12:00 OAK 2                 | V1 P1 open 10:00: ASH 1 10:00-12:00, OAK 2 12:00-
A01 10:00 ASH 1; A02 12:00 ASH 1                 | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A02 12:00                       | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A02 12:00 OAK 2; A02 13:00 ASH 1 | V1 P1 open 10:00: ASH 1 10:00-12:00, OAK 2 12:00-13:00, ASH 1 13:00-
A01 10:00 ASH 1; A03 14:00                       | V1 P1 closed 10:00-14:00: ASH 1 10:00-14:00
A01 10:00 ASH 1; A03 14:00 left=13:30            | V1 P1 closed 10:00-13:30: ASH 1 10:00-13:30
A01 10:00 ASH 1; A02 12:00 OAK 2; A03 14:00      | V1 P1 closed 10:00-14:00: ASH 1 10:00-12:00, OAK 2 12:00-14:00
A04 10:00 ED 1 class=E                           | V1 P1 open 10:00: ED 1 10:00-
A05 10:00 ASH 1 class=P                          | V1 P1 planned
A14 10:00 ASH 1                                  | V1 P1 planned
A05 10:00 ASH 1; A01 12:00 ASH 1                 | V1 P1 open 12:00: ASH 1 12:00-
A04 10:00 ED 1; A06 12:00 ASH 1                  | V1 P1 open 10:00: ED 1 10:00-12:00, ASH 1 12:00-
A04 10:00 ED 1; A06 12:00 ASH 1 adm=12:00        | V1 P1 open 12:00: ASH 1 12:00-
A04 10:00 ED 1; A01 12:00 ASH 1 adm=12:00        | V1 P1 open 12:00: ASH 1 12:00-
A06 12:00 ASH 1 from=ED/1 adm=10:00              | V1 P1 open 10:00: ED 1 10:00-12:00, ASH 1 12:00-
A02 12:00 OAK 2 from=ASH/1 adm=10:00             | V1 P1 open 10:00 unannounced: ASH 1 10:00-12:00, OAK 2 12:00-
A02 12:00 OAK 2                                  | V1 P1 open 12:00 unannounced: OAK 2 12:00-
A01 10:00 ASH 1; A07 12:00 CLINIC 1 class=O      | V1 P1 open 10:00: ASH 1 10:00-12:00, CLINIC 1 12:00- (move not announced)
A08 10:00 ASH 1                                  | V1 P1 open 10:00 unannounced: ASH 1 10:00-
A01 10:00 ASH 1; A08 12:00 OAK 2                 | V1 P1 open 10:00: ASH 1 10:00-12:00, OAK 2 12:00- (move not announced)
A01 10:00 ASH 1; A09 12:00 XRAY; A10 12:30 XRAY  | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A15 11:00 ASH 1 next=OAK/2      | V1 P1 open 10:00 expected transfer to OAK 2: ASH 1 10:00-
A01 10:00 ASH 1; A15 11:00 ASH 1 next=OAK/2; A26 12:00 ASH 1 | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A15 11:00 next=OAK/2; A02 12:00 OAK 2 | V1 P1 open 10:00: ASH 1 10:00-12:00, OAK 2 12:00-
A01 10:00 ASH 1; A16 11:00 ASH 1                 | V1 P1 open 10:00 expected discharge: ASH 1 10:00-
A01 10:00 ASH 1; A16 11:00; A25 12:00            | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A16 11:00; A03 12:00            | V1 P1 closed 10:00-12:00: ASH 1 10:00-12:00
A05 10:00 ASH 1; A27 11:00                       | V1 P1 cancelled
A14 10:00 ASH 1; A27 11:00                       | V1 P1 cancelled
A05 10:00 ASH 1; A38 11:00                       | V1 P1 cancelled
A01 10:00 ASH 1; A27 11:00                       | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A21 11:00                       | V1 P1 open 10:00 on leave 11:00: ASH 1 10:00-
A01 10:00 ASH 1; A21 11:00; A22 12:00 ASH 1      | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A21 11:00; A22 12:00 OAK 2      | V1 P1 open 10:00: ASH 1 10:00-12:00, OAK 2 12:00-
A01 10:00 ASH 1; A21 11:00; A52 12:00            | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A21 11:00; A22 12:00; A53 12:30 | V1 P1 open 10:00 on leave 11:00: ASH 1 10:00-
A01 10:00 ASH 1; A21 11:00; A03 12:00            | V1 P1 closed 10:00-12:00: ASH 1 10:00-12:00
A01 10:00 ASH 1; A23 12:00                       | V1 P1 deleted
A01 10:00 ASH 1; A29 12:00                       | V1 P1 deleted
A01 10:00 ASH 1; A03 11:00; A29 12:00            | V1 P1 closed 10:00-11:00: ASH 1 10:00-11:00
A05 10:00 ASH 1; A29 12:00                       | V1 P1 deleted
A01 10:00 ASH 1; A54 12:00; A55 13:00            | V1 P1 open 10:00: ASH 1 10:00-
A28 10:00; A31 11:00                             |
A01 10:00 ASH 1; A31 11:00 OAK 2                 | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A49 11:00 OAK 2                 | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A50 11:00 v=V2 mrgv=V1          | V1 P1 merged; V2 P1 open 10:00: ASH 1 10:00-
"""


@pytest.mark.parametrize(("came", "expected"), read_cases(STAYS))
def test_what_an_event_does(came, expected):
    assert where(told(came)) == expected


SWAP = "A01 10:00 ASH 1; A01 10:00 OAK 2 p=P2 v=V2; A17 12:00 OAK 2 swap=P2/V2/ASH/1"


def test_a_swap_moves_both():
    assert where(told(SWAP)) == (
        "V1 P1 open 10:00: ASH 1 10:00-12:00, OAK 2 12:00-; "
        "V2 P2 open 10:00: OAK 2 10:00-12:00, ASH 1 12:00-"
    )


ODD = """
what came                                        | who is where
A01 10:00 ASH 1; A01 12:00 OAK 2                 | V1 P1 open 10:00: ASH 1 10:00-12:00, OAK 2 12:00-
A01 10:00 ASH 1; A01 10:00 OAK 2                 | V1 P1 open 10:00: OAK 2 10:00-
A01 10:00 ASH 1; A02 12:00 OAK 2; A02 12:00 ASH 1 | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A02 12:00 OAK 2; A03 12:00      | V1 P1 closed 10:00-12:00: ASH 1 10:00-12:00
A01 10:00 ASH 1; A03 10:00                       | V1 P1 closed 10:00-10:00: ASH 1 10:00-10:00
A01 10:00 ASH 1; A03 12:00 left=09:00            | V1 P1 closed 10:00-09:00: ASH 1 10:00-10:00
A01 10:00 ASH 1; A02 12:00 OAK 2; A03 14:00 left=11:00 | V1 P1 closed 10:00-11:00: ASH 1 10:00-11:00
A01 10:00 ASH 1; A03 12:00; A02 13:00 OAK 2      | V1 P1 closed 10:00-12:00: ASH 1 10:00-12:00
A01 10:00 ASH 1; A03 12:00; A08 13:00 OAK 2      | V1 P1 closed 10:00-12:00: ASH 1 10:00-12:00
A01 10:00 ASH 1; A03 12:00; A21 13:00            | V1 P1 closed 10:00-12:00: ASH 1 10:00-12:00
A01 10:00 ASH 1; A21 11:00; A03 12:00; A22 12:00 ASH 1 | V1 P1 closed 10:00-12:00: ASH 1 10:00-12:00
A01 10:00 ASH 1; A03 12:00; A16 13:00            | V1 P1 closed 10:00-12:00: ASH 1 10:00-12:00
A01 10:00 ASH 1; A03 12:00; A03 13:00            | V1 P1 closed 10:00-13:00: ASH 1 10:00-13:00
A01 10:00 ASH 1; A03 12:00; A01 13:00 OAK 2      | V1 P1 open 10:00: ASH 1 10:00-13:00, OAK 2 13:00-
A03 14:00 ASH 1 adm=10:00                        | V1 P1 closed 10:00-14:00: ASH 1 10:00-14:00
A03 14:00 ASH 1                                  | V1 P1 closed 14:00-14:00: ASH 1 14:00-14:00
A08 14:00 ASH 1 adm=10:00 left=13:00             | V1 P1 closed 10:00-13:00 unannounced: ASH 1 10:00-13:00
A08 10:00 ASH 1; A01 12:00 OAK 2                 | V1 P1 open 10:00: ASH 1 10:00-12:00, OAK 2 12:00-
A08 10:00 ASH 1; A01 12:00 ASH 1 adm=09:00       | V1 P1 open 09:00: ASH 1 09:00-
A01 10:00 ASH 1; A08 11:00 ASH 1 adm=13:00       | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A02 12:00 OAK 2; A08 14:00 OAK 2 adm=12:00 | V1 P1 open 10:00: ASH 1 10:00-12:00, OAK 2 12:00-
A01 10:00 ASH 1; A02 12:00 OAK 2; A08 14:00 OAK 2 adm=11:00 | V1 P1 open 11:00: ASH 1 11:00-12:00, OAK 2 12:00-
A01 10:00 ASH 1; A23 12:00; A01 14:00 OAK 2      | V1 P1 open 14:00: OAK 2 14:00-
A01 10:00 ASH 1; A21 11:00; A23 12:00; A01 14:00 OAK 2 | V1 P1 open 14:00: OAK 2 14:00-
A01 10:00 ASH 1; A29 12:00; A08 13:00 ASH 1      | V1 P1 deleted
A01 10:00 ASH 1; A29 10:00                       | V1 P1 deleted
A21 11:00 ASH 1 adm=10:00                        | V1 P1 open 10:00 unannounced on leave 11:00: ASH 1 10:00-
A22 11:00 ASH 1 adm=10:00                        | V1 P1 open 10:00 unannounced: ASH 1 10:00-
A52 11:00 ASH 1 adm=10:00                        | V1 P1 open 10:00 unannounced: ASH 1 10:00-
A53 11:00 ASH 1 adm=10:00                        | V1 P1 open 10:00 unannounced on leave 11:00: ASH 1 10:00-
A15 11:00 ASH 1 next=OAK/2                       | V1 P1 open 11:00 unannounced expected transfer to OAK 2: ASH 1 11:00-
A26 11:00 ASH 1                                  | V1 P1 open 11:00 unannounced: ASH 1 11:00-
A23 11:00                                        | V1 P1 deleted
A45 11:00 ASH 1 v=- mrg=P2 mrgv=V1               | V1 P1 open 11:00 unannounced: ASH 1 11:00-
"""


@pytest.mark.parametrize(("came", "expected"), read_cases(ODD))
def test_what_odd_senders_get(came, expected):
    assert where(told(came)) == expected


ANY_ORDER = [
    "A01 10:00 ASH 1; A02 12:00 OAK 2; A03 14:00; A13 15:00 rec=15:00",
    "A01 10:00 ASH 1; A02 12:00 OAK 2; A12 12:00 rec=12:30; A03 14:00",
    "A01 10:00 ASH 1; A11 10:00 rec=10:30; A01 11:00 OAK 2; A03 14:00",
    "A04 09:00 ED 1; A01 10:00 ASH 1; A21 11:00; A22 12:00; A03 14:00",
    "A08 09:00 ASH 1; A01 10:00 ASH 1; A02 11:00 OAK 2; A23 15:00",
    "A01 10:00 ASH 1; A01 11:00 OAK 2 p=P2 v=V2; A40 12:00 mrg=P2; A03 14:00 v=V2 p=P2",
    "A01 10:00 ASH 1; A45 12:00 p=P2 mrg=P1 mrgv=V1; A02 13:00 OAK 2 p=P2; A03 14:00 p=P2",
    "A05 09:00 ASH 1; A01 10:00 ASH 1; A11 10:00 rec=11:00; A27 12:00",
    "A01 10:00 ASH 1; A50 11:00 v=V2 mrgv=V1; A03 12:00; A13 12:00 v=V2 rec=13:00",
]


@pytest.mark.parametrize("story", ANY_ORDER)
def test_the_order_of_arrival_does_not_matter(story):
    expected = where(told(story))
    for shuffled in permutations(steps(story)):
        ledger, refused = fold_history(events(shuffled))
        assert not refused
        assert where(ledger) == expected


def test_of_two_statements_about_one_moment_the_later_recorded_one_counts():
    ledger = told("A02 12:00 OAK 2 rec=12:30; A02 12:00 ASH 1 rec=12:10; A01 10:00 YEW 1")
    assert where(ledger) == "V1 P1 open 10:00: YEW 1 10:00-12:00, OAK 2 12:00-"


def test_a_time_that_only_the_recording_has_is_the_time_of_the_event():
    ledger = told("A01 10:00 ASH 1; A02 12:00 OAK 2 occurred=no")
    assert where(ledger) == "V1 P1 open 10:00: ASH 1 10:00-12:00, OAK 2 12:00-"


def test_a_stay_knows_when_it_was_heard_and_by_what():
    ledger = told("A01 10:00 ASH 1; A02 12:00 OAK 2")
    first, second = next(iter(ledger.spells.values())).stays
    assert (first.opened_by, second.opened_by) == ("A01", "A02")
    assert first.started_heard_at < second.started_heard_at == first.ended_heard_at


def test_two_people_in_one_bed_are_both_shown():
    ledger = told("A01 10:00 ASH 1; A01 11:00 ASH 1 p=P2 v=V2")
    assert where(ledger) == "V1 P1 open 10:00: ASH 1 10:00-; V2 P2 open 11:00: ASH 1 11:00-"


def test_leave_that_ended_is_kept_with_its_times():
    spell = next(iter(told("A01 10:00 ASH 1; A21 11:00; A22 12:00").spells.values()))
    assert spell.leaves == [["2026-11-22T11:00:00+00:00", "2026-11-22T12:00:00+00:00"]]
    assert spell.on_leave_since is None


def test_leave_ends_with_the_discharge():
    spell = next(iter(told("A01 10:00 ASH 1; A21 11:00; A03 12:00").spells.values()))
    assert spell.leaves == [["2026-11-22T11:00:00+00:00", "2026-11-22T12:00:00+00:00"]]
    assert spell.on_leave_since is None


def test_who_is_back_after_all_is_no_longer_said_to_have_gone_somewhere():
    story = "A01 10:00 ASH 1; A03 12:00 to=54; A01 13:00 ASH 1"
    assert next(iter(told(story).spells.values())).discharge_destination == ""


REFUSED = """
what came                                        | cause
A01 10:00 ASH 1; A02 12:00 OAK 2 p=P2            | visit_of_another_person
A01 10:00 ASH 1; A03 12:00 p=P2                  | visit_of_another_person
A01 10:00 ASH 1; A42 12:00 p=P2 v=V2 mrgv=V1     | visit_of_another_person
A01 22-10:00 ASH 1; A03 23-12:00 left=21-09:00   | discharge_before_admission
A03 23-12:00 ASH 1 adm=23-10:00 left=22-09:00    | discharge_before_admission
"""


@pytest.mark.parametrize(("came", "cause"), read_cases(REFUSED))
def test_what_cannot_be_is_refused(came, cause):
    ledger, refused = fold_history(events(steps(came)))
    assert [error.cause for _, error in refused] == [cause]
    assert "closed" not in where(ledger)
    assert "OAK" not in where(ledger)

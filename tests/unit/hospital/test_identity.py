# ruff: noqa: E501 - a case is one line, however long.
"""Who is who: merges, changed numbers and moved visits."""

from __future__ import annotations

from itertools import permutations

import pytest

from homeward.hospital.domain.fold import fold_history
from homeward.hospital.domain.identity import Clusters
from tests.support.cases import read_cases
from tests.support.story import events, person_name, steps, told, where

OWNERS = """
what came                                                        | who is where
A01 10:00 ASH 1 p=P1; A40 12:00 p=P2 v=- mrg=P1                  | V1 P2 open 10:00: ASH 1 10:00-
A40 12:00 p=P2 v=- mrg=P1; A01 13:00 ASH 1 p=P1                  | V1 P2 open 13:00: ASH 1 13:00-
A01 10:00 ASH 1 p=P1; A01 11:00 OAK 2 p=P2 v=V2; A40 12:00 p=P2 v=- mrg=P1 | V1 P2 open 10:00: ASH 1 10:00-; V2 P2 open 11:00: OAK 2 11:00-
A01 10:00 ASH 1 p=P1; A40 11:00 p=P2 v=- mrg=P1; A40 12:00 p=P3 v=- mrg=P2 | V1 P3 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1 p=P1; A40 11:00 p=P3 v=- mrg=P2; A40 12:00 p=P2 v=- mrg=P1 | V1 P3 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1 p=P1; A40 11:00 p=P2 v=- mrg=P1; A40 12:00 p=P1 v=- mrg=P2 | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1 p=P1; A40 11:00 p=P2 v=- mrg=P1; A40 12:00 p=P3 v=- mrg=P1 | V1 P3 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1 p=P1; A40 11:00 p=P1 v=- mrg=P1                  | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1 p=P1; A34 12:00 p=P2 v=- mrg=P1                  | V1 P2 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1 p=P1; A36 12:00 p=P2 v=- mrg=P1                  | V1 P2 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1 p=P1; A18 12:00 p=P2 v=- mrg=P1                  | V1 P2 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1 p=P1; A47 12:00 p=P2 v=- mrg=P1                  | V1 P2 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1 p=P1; A45 12:00 p=P2 mrg=P1 mrgv=V1              | V1 P2 open 10:00: ASH 1 10:00-
A45 12:00 ASH 1 p=P2 mrg=P1 mrgv=V1; A01 13:00 OAK 2 p=P1        | V1 P2 open 12:00: ASH 1 12:00-13:00, OAK 2 13:00-
A01 10:00 ASH 1 p=P1; A44 12:00 p=P2 mrg=P1 mrgv=V1              | V1 P2 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1 p=P1; A45 12:00 p=P2 mrg=P1 mrgv=V1; A45 13:00 p=P1 mrg=P2 mrgv=V1 | V1 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A01 11:00 OAK 2 v=V2; A42 12:00 v=V2 mrgv=V1    | V1 P1 merged; V2 P1 open 10:00: ASH 1 10:00-11:00, OAK 2 11:00-
A01 10:00 ASH 1; A35 12:00 v=V2 mrgv=V1                          | V1 P1 merged; V2 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A41 12:00 v=V2 mrgv=V1                          | V1 P1 merged; V2 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A50 12:00 v=V2 mrgv=V1; A02 13:00 OAK 2 v=V1    | V1 P1 merged; V2 P1 open 10:00: ASH 1 10:00-13:00, OAK 2 13:00-
A01 10:00 ASH 1; A42 11:00 v=V2 mrgv=V1; A42 12:00 v=V3 mrgv=V2  | V1 P1 merged; V2 P1 merged; V3 P1 open 10:00: ASH 1 10:00-
A01 10:00 ASH 1; A42 11:00 v=V2 mrgv=V1; A42 12:00 v=V1 mrgv=V2  | V1 P1 open 10:00: ASH 1 10:00-; V2 P1 merged
"""


@pytest.mark.parametrize(("came", "expected"), read_cases(OWNERS))
def test_whose_visit_it_is(came, expected):
    assert where(told(came)) == expected


@pytest.mark.parametrize(("came", "expected"), read_cases(OWNERS))
def test_a_link_holds_whenever_it_is_heard(came, expected):
    for shuffled in permutations(steps(came)):
        ledger, refused = fold_history(events(shuffled))
        assert not refused
        assert where(ledger) == expected


def people(story):
    return {person.local_id: person for person in told(story).people.values()}


MERGE = (
    "A01 10:00 ASH 1 p=P1 name=OLD/NAME; A28 11:00 p=P2 name=NEW/NAME; A40 12:00 p=P2 v=- mrg=P1"
)


def test_the_loser_points_to_the_survivor_and_stays():
    found = people(MERGE)
    assert found["P1"].merged_into == found["P2"].id
    assert found["P2"].merged_into is None
    assert found["P1"].cluster == found["P2"].cluster


def test_a_message_under_the_old_number_tells_of_the_survivor():
    found = people(MERGE + "; A08 13:00 ASH 1 p=P1 name=NEWER/NAME")
    assert found["P2"].family_name == "NEWER"
    assert found["P2"].local_id == "P2"
    assert found["P1"].local_id == "P1"


def test_a_merge_of_someone_never_heard_of_makes_them_known():
    found = people("A40 12:00 p=P2 v=- mrg=P1")
    assert found["P1"].merged_into == found["P2"].id


def test_each_keeps_the_identifiers_sent_for_them():
    found = people(MERGE)
    assert list(found["P1"].identifiers) == [("ZT1", "P1")]
    assert list(found["P2"].identifiers) == [("ZT1", "P2")]


def test_merging_back_leaves_one_person_on_their_own():
    found = people(MERGE + "; A40 13:00 p=P1 v=- mrg=P2")
    assert found["P1"].merged_into is None
    assert found["P2"].merged_into == found["P1"].id


def test_a_moved_visit_leaves_the_old_owner_as_they_were():
    found = people(
        "A01 10:00 ASH 1 p=P1 name=OLD/NAME; A45 12:00 p=P2 mrg=P1 mrgv=V1 name=NEW/NAME"
    )
    assert found["P1"].family_name == "OLD"
    assert found["P1"].merged_into is None
    assert found["P2"].family_name == "NEW"


def test_a_deleted_person_comes_back_with_the_next_message():
    assert people("A28 10:00; A29 11:00")["P1"].deleted
    assert not people("A28 10:00; A29 11:00; A31 12:00")["P1"].deleted


def test_of_a_deletion_and_an_update_at_one_moment_the_deletion_comes_last():
    assert people("A29 11:00; A31 11:00")["P1"].deleted


def test_a_circle_of_merges_ends_somewhere():
    ledger = told("A40 10:00 p=P2 v=- mrg=P1; A40 11:00 p=P3 v=- mrg=P2; A40 12:00 p=P1 v=- mrg=P3")
    roots = {ledger.root(person_name(name)) for name in ("P1", "P2", "P3")}
    assert roots == {person_name("P1")}


DEATHS = """
what came                                                     | dead
A01 10:00 ASH 1; A03 12:00 to=4                               | yes
A01 10:00 ASH 1; A03 12:00 to=4 dead=N                        | no
A01 10:00 ASH 1; A03 12:00 to=1                               | no
A01 10:00 ASH 1; A08 12:00 dead=Y                             | yes
A01 10:00 ASH 1; A08 12:00 dead=Y; A08 13:00 dead=N           | no
A01 10:00 ASH 1; A08 12:00 dead=Y; A08 13:00                  | yes
A01 10:00 ASH 1; A03 12:00 to=4; A13 12:00 rec=13:00          | no
A01 10:00 ASH 1; A03 12:00 to=4; A13 12:00 rec=13:00 to=4     | no
A01 10:00 ASH 1; A03 12:00 to=4; A13 12:00 rec=13:00; A03 14:00 to=1 | no
"""


@pytest.mark.parametrize(("came", "dead"), read_cases(DEATHS))
def test_who_is_said_to_have_died(came, dead, monkeypatch):
    # This sender puts the discharge method in PV1-36.
    from dataclasses import replace

    from tests.support import story

    monkeypatch.setattr(story, "SETTINGS", replace(story.SETTINGS, disposition_is_method=True))
    assert people(came)["P1"].died is (dead == "yes")


def test_clusters_join_whoever_is_linked():
    clusters = Clusters()
    one, two, three, four = (person_name(f"P{number}") for number in range(4))
    clusters.join((one, two))
    clusters.join((three, four))
    assert clusters.find(one) != clusters.find(three)
    clusters.join((two, four))
    assert len({clusters.find(key) for key in (one, two, three, four)}) == 1
    assert clusters.find(one) == min(one, two, three, four)

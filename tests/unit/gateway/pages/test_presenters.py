"""Words of the gateway's pages."""

from datetime import UTC, datetime, timedelta

import pytest

from homeward.gateway.domain.adt import TRIGGERS
from homeward.gateway.presenters.causes import CAUSES, cause_words
from homeward.gateway.presenters.feeds import feed_state, setting_words, threshold_words
from homeward.gateway.presenters.quarantine import part_words, replayed_words
from homeward.gateway.presenters.words import EVENTS, kind_words, outcome_word, person_words
from homeward.gateway.queries.feeds import Gap, gaps
from homeward.gateway.queries.people import SpokenOf
from homeward.gateway.services.group_decisions import Replayed

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = "00000000-0000-7000-8000-000000000001"


def ago(minutes: float) -> datetime:
    return NOON - timedelta(minutes=minutes)


def found(*minutes: float, last: float | None = None, patience: int = 60) -> list[Gap]:
    return gaps(
        [ago(m) for m in minutes],
        last=None if last is None else ago(last),
        since=ago(7 * 24 * 60),
        at=NOON,
        minutes=patience,
    )


def test_a_gap_is_longer_than_the_threshold_and_newest_come_first():
    assert found(300, 240, 150, 30, 10) == [Gap(ago(150), ago(30)), Gap(ago(240), ago(150))]


def test_a_silence_that_lasts_has_no_end():
    assert found(100, 61) == [Gap(ago(61), None)]
    assert found(100, 60) == []


def test_a_silence_that_began_before_the_week_is_told_in_full():
    before = 8 * 24 * 60
    assert found(30, last=before) == [Gap(ago(before), ago(30))]


def test_what_came_before_a_feeds_first_message_is_no_silence():
    assert found(30) == []
    assert found() == []


def test_a_feed_nobody_watches_has_no_gaps():
    assert found(3000, patience=0) == []


@pytest.mark.parametrize(
    ("outcome", "cause", "words"),
    [
        ("applied", "", "Applied"),
        ("dismissed", "no_pid", "Dismissed"),
        ("dismissed", "set_aside", "Set aside"),
        ("new", "", "New"),
    ],
)
def test_outcome_word(outcome, cause, words):
    assert outcome_word(outcome, cause).text == words


@pytest.mark.parametrize(
    ("kind", "trigger", "words"),
    [
        ("ADT", "A01", "A01 Admitted"),
        ("ADT", "A99", "ADT A99"),
        ("ORU", "R01", "ORU R01"),
        ("", "", "Not known"),
    ],
)
def test_kind_words(kind, trigger, words):
    assert kind_words(kind, trigger) == words


def test_every_trigger_that_is_read_has_words():
    assert set(EVENTS) == set(TRIGGERS)


def test_a_cause_without_words_keeps_its_own():
    assert cause_words("new_thing").title == "New thing"
    assert all(words.title and words.meaning and words.mend for words in CAUSES.values())


def test_state_of_a_feed_is_never_silent_when_nobody_watches():
    state = feed_state(enabled=True, last_heard_at=ago(9999), silent_after_minutes=0, at=NOON)
    assert state.text == "Heard"


def test_threshold_words():
    assert [threshold_words(m) for m in (0, 30, 120)] == ["Not watched", "30 minutes", "2 hours"]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("strict", True, "Yes"),
        ("local_authority", "", "First that is not the NHS number"),
        ("facility", "", "Any"),
        ("class_map", {"ZZ": "inpatient"}, "ZZ is inpatient"),
        ("fact_map", [], "None"),
        ("semantics", "delta", "An empty field changes nothing"),
        ("silent_after_minutes", 0, "Not watched"),
    ],
)
def test_setting_words(key, value, words):
    assert setting_words(key, value) == words


def test_part_words_says_how_many_one_press_takes_on():
    assert part_words("Replay", 1) == "Replay this message"
    assert part_words("Replay", 500) == "Replay all 500"
    assert part_words("Replay", 1204) == "Replay the oldest 500 of 1,204"


def test_replayed_words():
    assert replayed_words(Replayed({"applied": 1200, "quarantined": 3})) == (
        "1,200 applied, 3 still quarantined"
    )
    assert replayed_words(Replayed({})) == "Nothing was left to replay"


def test_person_words():
    from uuid import UUID

    key = UUID(KEY)
    assert person_words(SpokenOf(key, "Rowe", "Ada", held=True)) == "ROWE, Ada"
    assert person_words(SpokenOf(key, held=True, hidden=True)) == "Restricted person"
    assert person_words(SpokenOf(key)) == "Someone with no record here"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            {"fact": "criteria_to_reside", "segment": "OBX", "code": "CTR", "values": {"N": "no"}},
            "OBX CTR is criteria to reside (N is no)",
        ),
        ({"fact": "pathway", "segment": "ZDP", "position": 4}, "ZDP-4 is pathway"),
        ({"fact": "pathway", "segment": "OBX", "code": "PATHWAY"}, "OBX PATHWAY is pathway"),
    ],
)
def test_readiness_facts_of_a_feed_in_words(rule, words):
    assert setting_words("fact_map", [rule]) == words
    assert setting_words("fact_map", []) == "None"

"""Moments, counts and numbers as pages say them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from homeward.core import template_filters as say

WINTER = datetime(2026, 11, 2, 8, 2, tzinfo=UTC)
SUMMER = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)


def test_the_clock_is_londons():
    assert say.local_time(WINTER) == "08:02"
    assert say.local_time(SUMMER) == "00:30"


def test_a_day_is_londons_and_has_no_leading_nought():
    assert say.local_date(WINTER) == "2 Nov 2026"
    assert say.local_date(SUMMER) == "1 Jul 2026"
    assert say.local_date(date(2026, 3, 9)) == "9 Mar 2026"


def test_day_and_clock_are_said_together():
    assert say.local_datetime(WINTER) == "2 Nov 2026, 08:02"


@pytest.mark.parametrize("filter_", [say.local_time, say.local_date, say.local_datetime])
def test_no_moment_is_said_as_nothing(filter_):
    assert filter_(None) == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 seconds"),
        (0, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (3_599, "59 minutes"),
        (3_600, "1 hour"),
        (86_399, "23 hours"),
        (86_400, "1 day"),
        (99 * 365 * 86_400, "36,135 days"),
    ],
)
def test_a_length_is_said_in_its_largest_whole_unit(seconds, words):
    assert say.duration(timedelta(seconds=seconds)) == words


def test_before_and_after_are_told_apart():
    assert say.ago(WINTER - timedelta(seconds=40), WINTER) == "40 seconds ago"
    assert say.ago(WINTER + timedelta(hours=2), WINTER) == "in 2 hours"


@pytest.mark.parametrize(("length", "words"), [(0, "0 days"), (1, "1 day"), (21, "21 days")])
def test_days(length, words):
    assert say.days(length) == words
    assert say.days(timedelta(days=length, hours=23)) == words


def test_counts_agree_with_their_noun():
    assert say.count(1, "person", "people") == "1 person"
    assert say.count(1_204, "person", "people") == "1,204 people"
    assert say.count(0, "bed") == "0 beds"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("9434765919", "943\u00a0476\u00a05919"),
        ("943476591", "943476591"),
        ("", ""),
        (None, ""),
        ("94347 5919", "94347 5919"),
    ],
)
def test_an_nhs_number_is_grouped_only_when_it_has_ten_digits(number, shown):
    assert say.nhs_number(number) == shown


def test_attributes_are_escaped_and_the_empty_ones_left_out():
    pairs = {"title": 'a "b" <c>', "hidden": True, "id": None, "disabled": False}
    assert say.attributes(pairs) == ' title="a &#34;b&#34; &lt;c&gt;" hidden'

"""Words of this room's pages."""

from datetime import date

import pytest

from homeward.core import presenters
from homeward.core.queries import AuditWanted, in_words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "None"), (1, "1 person"), (2, "2 people"), (1204, "1,204 people")]
)
def test_people_in_words(count, words):
    assert presenters.people_in_words(count) == words


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ({}, ""),
        ({"role": "ward_nurse"}, ""),
        ({"ward": "", "member": "a@example.org"}, "member: a@example.org"),
        ({"b_c": True, "a": False}, "a: no; b c: yes"),
        ({"files": ["etr.csv", "ets.csv"]}, "files: etr.csv, ets.csv"),
        ({"filter": {"ward": "Ash"}}, "filter: ward Ash"),
        ({"rows": 0}, "rows: 0"),
    ],
)
def test_details_in_words(detail, words):
    assert presenters.detail_in_words(detail) == words


@pytest.mark.parametrize(
    ("wanted", "pattern"),
    [
        (AuditWanted(), "?page={page}"),
        (AuditWanted(action="a.b", page=3), "?action=a.b&page={page}"),
        (AuditWanted(user="{page}"), "?user=%7Bpage%7D&page={page}"),
        (
            AuditWanted(since=date(2026, 6, 1), until=date(2026, 6, 2)),
            "?since=2026-06-01&until=2026-06-02&page={page}",
        ),
    ],
)
def test_the_address_of_another_page_keeps_the_filter(wanted, pattern):
    assert presenters.url_pattern(wanted) == pattern


def test_an_action_in_words():
    assert in_words("sign_in.failed") == "Sign-in failed"

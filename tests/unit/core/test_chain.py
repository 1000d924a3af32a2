"""What is hashed, and how one link follows another."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from homeward.core.domain import chain

ENTRY = chain.Entry(
    id=UUID(int=1),
    at=datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
    action="person.viewed",
    by=UUID(int=2),
    organisation=UUID(int=3),
    subjects=["a", "b"],
    detail={"role": "ward_nurse", "many": 2},
)


def test_an_event_has_one_spelling():
    assert chain.canonical(replace(ENTRY, subjects=[], detail={})) == (
        b'{"action":"person.viewed","at":"2026-11-22T12:00:00.000000+00:00",'
        b'"by":"00000000-0000-0000-0000-000000000002","detail":{},'
        b'"id":"00000000-0000-0000-0000-000000000001",'
        b'"organisation":"00000000-0000-0000-0000-000000000003","subjects":[]}'
    )


def test_the_order_of_details_does_not_matter():
    turned = replace(ENTRY, detail={"many": 2, "role": "ward_nurse"})
    assert chain.canonical(turned) == chain.canonical(ENTRY)


def test_the_same_moment_elsewhere_is_the_same_moment():
    elsewhere = ENTRY.at.astimezone(timezone(timedelta(hours=5)))
    assert chain.canonical(replace(ENTRY, at=elsewhere)) == chain.canonical(ENTRY)


@pytest.mark.parametrize(
    "changed",
    [
        {"action": "person.changed"},
        {"at": ENTRY.at + timedelta(microseconds=1)},
        {"by": None},
        {"organisation": None},
        {"subjects": ["b", "a"]},
        {"detail": {"role": "ward_nurse", "many": "2"}},
    ],
)
def test_every_field_changes_the_digest(changed):
    before = chain.digest(chain.START, 1, ENTRY)
    assert chain.digest(chain.START, 1, replace(ENTRY, **changed)) != before


def test_the_place_and_the_link_before_change_the_digest():
    first = chain.digest(chain.START, 1, ENTRY)
    assert chain.digest(chain.START, 2, ENTRY) != first
    assert chain.digest(first, 1, ENTRY) != first


def test_details_become_what_every_database_gives_back():
    given = {"at": ENTRY.at, "key": UUID(int=1), "many": (1, True, None), "text": "a\x00b"}
    assert chain.plain(given) == {
        "at": "2026-11-22T12:00:00.000000+00:00",
        "key": "00000000-0000-0000-0000-000000000001",
        "many": [1, True, None],
        "text": "ab",
    }


@pytest.mark.parametrize("value", [1.5, object(), b"bytes", {"in": [0.1]}])
def test_what_databases_store_differently_is_refused(value):
    with pytest.raises(chain.NotPlain):
        chain.plain(value)

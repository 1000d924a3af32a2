"""The chain tells any two trails apart."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from homeward.core.domain import chain

# No lone surrogates: neither database takes them.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
plains = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
entries = st.builds(
    chain.Entry,
    id=st.uuids(),
    at=st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)),
    action=texts,
    by=st.none() | st.uuids(),
    organisation=st.none() | st.uuids(),
    subjects=st.lists(st.uuids().map(str), max_size=3),
    detail=st.dictionaries(texts, plains, max_size=3),
)


def digests(trail: list[chain.Entry]) -> list[bytes]:
    found, last = [], chain.START
    for position, entry in enumerate(trail, start=1):
        last = chain.digest(last, position, entry)
        found.append(last)
    return found


@given(st.lists(entries, min_size=1, max_size=6), st.data())
def test_a_change_to_one_event_shows_from_there_on_and_not_before(trail, data):
    at = data.draw(st.integers(0, len(trail) - 1))
    changed = [*trail]
    changed[at] = replace(trail[at], action=trail[at].action + "!")
    before, after = digests(trail), digests(changed)
    assert before[:at] == after[:at]
    assert all(one != other for one, other in zip(before[at:], after[at:], strict=True))


@given(st.lists(entries, min_size=2, max_size=6, unique_by=lambda entry: entry.id), st.data())
def test_any_other_order_ends_in_another_head(trail, data):
    other = data.draw(st.permutations(trail))
    assert (digests(other)[-1] == digests(trail)[-1]) == (other == trail)


@given(st.lists(entries, min_size=1, max_size=6))
def test_a_shorter_trail_has_another_head(trail):
    assert len({chain.START, *digests(trail)}) == len(trail) + 1


@given(entries, entries)
def test_only_equal_events_are_spelled_alike(one, other):
    assert chain.canonical(one) != chain.canonical(other) or one == other


@given(plains)
def test_plain_values_stay_as_they_are(value):
    assert chain.plain(value) == value
    assert chain.plain(chain.plain(value)) == chain.plain(value)


@given(st.lists(st.uuids(), min_size=2, max_size=4))
def test_keys_are_written_as_text(keys: list[UUID]):
    written = chain.plain(keys)
    assert written == [str(key) for key in keys]
    assert all(isinstance(one, str) for pair in pairwise(written) for one in pair)

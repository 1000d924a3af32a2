"""Filters as an address holds them."""

import pytest

from homeward.hospital.domain.filters import Kind, ListFilters, Show, Sort
from homeward.hospital.forms import filters_from
from homeward.hospital.presenters.live_list import empty_words, filter_query

FULL = ListFilters(
    site="ZT101",
    ward="A & B",
    specialty="430",
    stay=14,
    show=Show.CLASHES,
    kind=Kind.NEWBORNS,
    search="O'Brien",
    sort=Sort.NAME,
    page=3,
)


def test_the_plain_list_has_a_plain_address() -> None:
    assert filter_query(ListFilters()) == ""
    assert filters_from({}) == ListFilters()


def test_an_address_gives_back_the_filters_it_was_made_from() -> None:
    from urllib.parse import parse_qsl

    query = filter_query(FULL)
    assert filters_from(dict(parse_qsl(query.removeprefix("?")))) == FULL


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (ListFilters(), "Nobody is in hospital now."),
        (ListFilters(ward="ASH"), "Nobody is in hospital under ASH."),
        (ListFilters(search="zz"), "Nobody here now matches “zz”."),
        (ListFilters(stay=21), "Nobody here has stayed 21 days or more."),
        (ListFilters(show=Show.ON_LEAVE), "Nobody is on leave."),
        (ListFilters(kind=Kind.NEWBORNS), "Newborns: nobody is here now."),
    ],
)
def test_an_empty_list_says_what_it_means(filters: ListFilters, words: str) -> None:
    assert empty_words(filters) == words

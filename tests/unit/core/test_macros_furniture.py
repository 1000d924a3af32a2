"""Freshness, moments, pages of a list, filters and counts, as they read."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.unit.core.html_tokens import tokens
from tests.unit.core.test_macros_table import render

NOW = datetime(2026, 11, 22, 8, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Pulse:
    """A feed as core.queries.feed_pulses gives it."""

    feed: str = "pas"
    label: str = "Northmoor PAS"
    last_heard_at: datetime | None = NOW - timedelta(seconds=40)
    silent: bool = False
    silent_since: datetime | None = None


HEARD = Pulse()
SILENT = Pulse(last_heard_at=NOW - timedelta(hours=3), silent=True)
NEVER = Pulse(last_heard_at=None, silent=True)


def macro(name, call, **context):
    file = f"core/macros/{name}.jinja"
    names = call.split("(")[0]
    return render(f'{{% from "{file}" import {names} %}}{{{{ {call} }}}}', **context)


def words(html):
    text = " ".join(token[1] for token in tokens(html) if token[0] == "text")
    return re.sub(r" ([,.:)])", r"\1", text)


def fresh(pulses, as_of=NOW):
    return words(macro("freshness", "freshness(pulses, as_of)", pulses=pulses, as_of=as_of))


def test_a_list_says_as_of_when_and_how_lately_the_feed_was_heard():
    said = fresh(HEARD)
    assert said.startswith("As of 08:02")
    assert "feed heard 40 seconds ago (22 Nov 2026, 08:01)." in said


def test_several_feeds_are_named():
    said = fresh([HEARD, Pulse(feed="ed", label="ED")])
    assert "Northmoor PAS heard" in said
    assert "ED heard" in said


def test_silence_is_a_warning_that_says_since_when():
    html = macro("freshness", "freshness(pulses, as_of)", pulses=[SILENT], as_of=NOW)
    assert 'class="hw-silence"' in html
    assert "Northmoor PAS is silent since 22 Nov 2026, 05:02 (3 hours ago)." in words(html)


def test_a_feed_never_heard_says_so():
    assert "Northmoor PAS is silent: nothing has been heard from it yet." in fresh([NEVER])


def test_no_feed_is_said_too():
    assert "no feed yet" in fresh([])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("moment(at, as_of)", "3 hours ago (22 Nov 2026, 05:02)"),
        ("moment(at, text='3 days')", "3 days (22 Nov 2026, 05:02)"),
        ("moment(at)", "22 Nov 2026, 05:02"),
        ("moment(day)", "9 Mar 2026"),
        ("moment(none)", ""),
    ],
)
def test_a_moment_is_said_twice(call, said):
    context = {"at": NOW - timedelta(hours=3), "as_of": NOW, "day": date(2026, 3, 9)}
    assert words(macro("time", call, **context)) == said


def pages(page, last, **more):
    params = {"page": page, "pages": last, "url_for": "?q=a&page={page}", **more}
    return macro("pagination", "pagination(params)", params=params)


@pytest.mark.parametrize(
    ("page", "last", "said"),
    [
        (1, 2, "1 2 Next page"),
        (5, 9, "Previous page 1 ⋯ 4 5 6 ⋯ 9 Next page"),
        (2, 2, "Previous page 1 2"),
        (1, 1, ""),
    ],
)
def test_pagination_shows_the_ends_and_the_neighbours(page, last, said):
    assert words(pages(page, last)) == said


def test_the_current_page_is_marked_and_addresses_are_escaped():
    html = pages(2, 3)
    assert 'href="?q=a&amp;page=3"' in html
    assert html.count('aria-current="page"') == 1


def test_pagination_takes_a_function_for_addresses_and_says_what_is_shown():
    html = pages(
        2,
        3,
        url_for=lambda n: f"/p/{n}",
        total=1204,
        shown_from=51,
        shown_to=100,
        noun="person",
        nouns="people",
    )
    assert 'href="/p/3"' in html
    assert words(html).startswith("Showing 51 to 100 of 1,204 people")


def test_filters_keep_what_was_chosen_and_what_was_hidden():
    params = {
        "selects": [
            {"name": "ward", "label": "Ward", "choices": [("", "All"), ("A", "Ash")], "value": "A"}
        ],
        "search": {"name": "q", "label": "Name", "value": "O'Neill"},
        "hidden": {"sort": "name"},
        "clear_href": "/list",
    }
    html = " ".join(macro("filters", "filter_form(params)", params=params).split())
    assert '<option value="A" selected>Ash</option>' in html
    assert "O&#39;Neill" in html
    assert 'type="hidden" name="sort" value="name"' in html
    assert 'for="filter-ward"' in html


def test_counts_are_doors():
    items = [{"text": "ready", "count": 1204, "href": "?ready=1", "current": True}]
    html = macro("page", "counts(items)", items=items)
    assert "1,204" in html
    assert 'href="?ready=1"' in html
    assert 'aria-current="true"' in html

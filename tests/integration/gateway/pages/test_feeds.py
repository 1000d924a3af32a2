"""Feeds: how each does, its settings, and who changed them."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from homeward.core.errors import BadInput
from homeward.core.models import AuditEvent, FeedStatus, Organisation, User
from homeward.gateway.domain.settings import SETTABLE
from homeward.gateway.forms import FeedForm, initial_of
from homeward.gateway.models import Feed
from homeward.gateway.queries import feeds as queries
from homeward.gateway.services.decisions import NotYours
from homeward.gateway.services.feed_changes import change_feed
from tests.factories import make_organisation
from tests.factories_gateway import adt, heard, make_feed, pulse
from tests.support.clock import NOON, Clock


def text(response: Any) -> str:
    return html.unescape(response.content.decode())


def admit(number: int, minutes_ago: float, **fields: Any) -> None:
    at = NOON - timedelta(minutes=minutes_ago)
    heard(adt(local_id=f"H{number}", visit=f"V{number}", at="20261101", **fields), at=at)


def test_no_feed_says_what_to_do(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    assert "No feed is set up" in text(client.get("/feeds/"))


def test_a_line_says_rate_errors_and_quarantine(desk: Client) -> None:
    admit(1, 30)
    admit(2, 90)
    admit(3, 60 * 13)
    admit(4, 20, pid3="")
    admit(5, 60 * 26, pid3="")
    admit(6, 10, processing="T")
    [line] = queries.feed_lines(user=User.objects.get(last_name="Rao"), at=NOON)
    assert (line.hour, line.today, line.not_taken_today, line.quarantined) == (3, 4, 2, 2)
    page = text(desk.get("/feeds/"))
    assert "10 minutes ago" in page
    assert ">Heard<" in page


def test_each_number_opens_to_as_many_rows(desk: Client) -> None:
    admit(1, 30)
    admit(2, 90, pid3="")
    admit(3, 20, processing="T")
    page = text(desk.get("/feeds/"))
    doors = re.findall(r'hw-numbers"\s+href="([^"]+)"', page)
    found = [text(desk.get(door)).count('hidden">, message ') for door in doors]
    assert found == [2, 3, 2, 1]


@pytest.mark.parametrize(
    ("heard_minutes_ago", "enabled", "threshold", "state"),
    [
        (60, True, 60, "Heard"),
        (61, True, 60, "Silent"),
        (None, True, 60, "Never heard"),
        (6000, True, 0, "Heard"),
        (61, False, 60, "Switched off"),
    ],
)
def test_a_state_is_a_word(
    desk: Client, feed: Feed, heard_minutes_ago, enabled, threshold, state
) -> None:
    Feed.objects.update(enabled=enabled, silent_after_minutes=threshold)
    last = None if heard_minutes_ago is None else NOON - timedelta(minutes=heard_minutes_ago)
    pulse(feed, last_heard_at=last)
    for path in ("/feeds/", "/feeds/pas/"):
        assert f">{state}<" in text(desk.get(path))


def test_the_page_of_a_feed_shows_rate_silences_outcomes_and_errors(desk: Client) -> None:
    admit(1, 5 * 60)
    admit(2, 30)
    admit(3, 29)
    admit(4, 28, admitted="yesterday")
    page = text(desk.get("/feeds/pas/"))
    assert "4 messages in 48 hours" in page
    assert (
        '3<span class="nhsuk-u-visually-hidden"> messages from 11:00 in the last 24 hours' in page
    )
    assert "22 Nov 2026, 07:00" in page
    assert "4 hours" in page
    assert "PV1-44: 'yesterday' is not a time" in page
    assert "style=" not in page


def test_a_feed_that_never_spoke_has_empty_states(desk: Client) -> None:
    page = text(desk.get("/feeds/pas/"))
    assert "Nothing has come in the last 48 hours." in page
    assert "Never silent for longer than 1 hour." in page
    assert "Every message of this feed was taken." in page
    assert "None yet" in page


def test_a_feed_nobody_watches_says_so(desk: Client) -> None:
    Feed.objects.update(silent_after_minutes=0)
    assert "Nobody watches this feed." in text(desk.get("/feeds/pas/"))


@pytest.mark.parametrize("path", ["/feeds/", "/feeds/pas/"])
def test_the_number_of_queries_does_not_grow(desk: Client, trust: Organisation, path: str) -> None:
    desk.get(path)
    with CaptureQueriesContext(connection) as few:
        desk.get(path)
    for number in range(3):
        make_feed(trust, f"more-{number}", application=f"M{number}")
    heard(*[adt(local_id=f"H{n}", visit=f"V{n}") for n in range(200)])
    with CaptureQueriesContext(connection) as many:
        desk.get(path)
    assert len(many) == len(few)


class TestSettings:
    def typed(self, feed: Feed, engineer: User, **changes: str) -> dict[str, str]:
        """The form as the page fills it in, with some of it typed over."""
        record = queries.feed_record(user=engineer, name=feed.name)
        assert record is not None
        version = queries.settings_version(user=engineer, name=feed.name)
        filled = initial_of(record.settings, version)
        return {name: str(value) for name, value in filled.items()} | changes

    def test_saving_keeps_who_changed_what(
        self, desk: Client, feed: Feed, engineer: User, clock: Clock
    ) -> None:
        assert desk.get("/feeds/pas/edit/").status_code == 200
        clock.forward(minutes=5)
        data = self.typed(
            feed, engineer, silent_after_minutes="15", class_map="ZZ = inpatient\n", strict="yes"
        )
        page = text(desk.post("/feeds/pas/edit/", data, follow=True))
        assert "Settings of pas saved" in page
        assert "Priya Rao" in page
        assert "Minutes of silence before a warning: 1 hour, now 15 minutes" in page
        assert "Patient classes: The usual codes only, now ZZ is inpatient" in page
        assert "Strict: No, now Yes" in page
        feed.refresh_from_db()
        assert (feed.silent_after_minutes, feed.strict) == (15, True)
        assert FeedStatus.objects.get().silent_after_minutes == 15
        event = AuditEvent.objects.get(action="feed.changed")
        assert event.by == engineer
        assert event.detail["settings"] == ["class_map", "silent_after_minutes", "strict"]

    @pytest.mark.parametrize(
        ("field", "value", "told"),
        [
            ("silent_after_minutes", "soon", "as a whole number"),
            ("silent_after_minutes", "-1", "Minutes of silence must be 0 or more"),
            ("time_zone", "Europe/Leeds", "Enter a time zone such as Europe/London"),
            ("time_zone", "", "Enter time zone"),
            ("charset", "klingon", "Enter a character set such as utf-8"),
            ("processing_ids", "X", "Processing ids can only be P, T or D"),
            ("repeat_window_days", "0", "Days must be 1 or more"),
            ("class_map", "A=inpatient\nB=bed", "Line 2 must be a code"),
            ("fact_map", "[", "Readiness facts must be JSON"),
            ("fact_map", "{}", "must be a list in square brackets"),
            ("fact_map", '[{"fact": "mood", "segment": "OBX"}]', "Rule 1: the fact must be one of"),
            (
                "fact_map",
                '[{"fact": "pathway", "segment": "OBX", "position": 0}]',
                "Rule 1: the position must be a whole number from 1",
            ),
            (
                "fact_map",
                '[{"fact": "pathway", "segment": "OBX", "colour": "red"}]',
                "Rule 1: colour is not one of",
            ),
            ("semantics", "both", "Select a valid choice"),
        ],
    )
    def test_an_error_names_its_field_and_keeps_what_was_typed(
        self, desk: Client, feed: Feed, engineer: User, field: str, value: str, told: str
    ) -> None:
        data = self.typed(feed, engineer, **{field: value})
        response = desk.post("/feeds/pas/edit/", data)
        page = text(response)
        assert response.status_code == 422
        assert "Error: Settings of pas" in page
        assert told in page
        assert f'href="#id_{field}' in page
        assert value in page
        assert Feed.history.count() == 1

    def test_a_fact_rule_is_kept_as_the_reader_takes_it(
        self, desk: Client, feed: Feed, engineer: User
    ) -> None:
        rule = '[{"fact": "criteria_to_reside", "segment": "OBX", "values": {"N": "no"}}]'
        desk.post("/feeds/pas/edit/", self.typed(feed, engineer, fact_map=rule))
        feed.refresh_from_db()
        assert feed.fact_map[0]["values"] == {"N": "no"}

    def test_an_empty_post_names_every_field_that_must_be_filled(self, desk: Client) -> None:
        response = desk.post("/feeds/pas/edit/", {})
        assert response.status_code == 422
        assert "Enter time zone" in text(response)

    def test_another_feeds_sender_is_refused(
        self, desk: Client, trust: Organisation, feed: Feed, engineer: User
    ) -> None:
        make_feed(trust, "maternity", application="MAT")
        response = desk.post("/feeds/pas/edit/", self.typed(feed, engineer, application="MAT"))
        assert response.status_code == 422
        assert "Another feed already takes messages from this sender" in text(response)

    def test_somebody_elses_change_meanwhile_is_shown_and_not_written_over(
        self, desk: Client, trust: Organisation, feed: Feed, engineer: User, clock: Clock
    ) -> None:
        mine = self.typed(feed, engineer, silent_after_minutes="15")
        clock.forward(minutes=1)
        change_feed(name="pas", values={"silent_after_minutes": 30}, by=engineer, at=clock())
        response = desk.post("/feeds/pas/edit/", mine)
        page = text(response)
        assert response.status_code == 422
        assert "Priya Rao changed these settings at 12:01" in page
        assert "1 hour, now 30 minutes" in page
        assert 'value="15"' in page
        assert Feed.objects.get().silent_after_minutes == 30
        version = queries.settings_version(user=engineer, name="pas")
        assert f'name="version" value="{version}"' in page
        desk.post("/feeds/pas/edit/", mine | {"version": str(version)})
        assert Feed.objects.get().silent_after_minutes == 15

    def test_the_form_has_every_setting_and_no_other(self) -> None:
        assert set(FeedForm.base_fields) - {"version"} == set(SETTABLE)

    def test_the_service_refuses_who_may_not(self, feed: Feed, nurse: User, stranger: User) -> None:
        with pytest.raises(NotYours):
            change_feed(name="pas", values={"strict": True}, by=nurse, at=NOON)
        with pytest.raises(Feed.DoesNotExist):
            change_feed(name="pas", values={"strict": True}, by=stranger, at=NOON)

    def test_a_wrong_setting_leaves_no_trace(self, feed: Feed, engineer: User) -> None:
        with pytest.raises(BadInput):
            change_feed(name="pas", values={"semantics": "both"}, by=engineer, at=NOON)
        assert not AuditEvent.objects.filter(action="feed.changed").exists()

    def test_a_change_by_command_is_told_as_such(self, desk: Client, feed: Feed) -> None:
        assert "Homeward, by command" in text(desk.get("/feeds/pas/"))

    def test_another_organisations_feed_is_not_listed(self, desk: Client) -> None:
        make_feed(make_organisation("ZT9"), "theirs")
        assert "theirs" not in text(desk.get("/feeds/"))

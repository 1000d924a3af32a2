"""Feeds set up and shown from the command line."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from homeward.core.errors import BadInput
from homeward.core.models import FeedStatus, Organisation
from homeward.gateway.models import Feed
from tests.factories import make_organisation
from tests.factories_gateway import adt, heard, make_feed

pytestmark = pytest.mark.django_db


def set_feed(name, _option, organisation, *words):
    options = [word for word in words if word.startswith("--")]
    if options:
        options.append(words[-1])
    out = StringIO()
    settings = [word for word in words if word not in options]
    call_command("set_feed", name, *settings, "--org", organisation, *options, stdout=out)
    return json.loads(out.getvalue())


def feeds(*words):
    out = StringIO()
    call_command("feeds", *words, stdout=out)
    return out.getvalue().splitlines()


def test_a_feed_is_added_with_its_settings():
    make_organisation("ZT1")
    shown = set_feed(
        "pas",
        "--org",
        "ZT1",
        "application=PAS",
        "facility=ZT1",
        "strict=yes",
        "control_id_unique=no",
        "repeat_window_days=30",
        'class_map={"WARD": "inpatient"}',
    )
    feed = Feed.objects.get()
    assert (feed.name, feed.organisation.ods_code) == ("pas", "ZT1")
    assert (feed.strict, feed.control_id_unique, feed.repeat_window_days) == (True, False, 30)
    assert feed.class_map == {"WARD": "inpatient"}
    assert shown["strict"] is True


def test_changing_one_setting_leaves_the_others_and_keeps_their_history():
    make_organisation("ZT1")
    set_feed("pas", "--org", "ZT1", "strict=yes", "charset=8859/1")
    set_feed("pas", "--org", "ZT1", "strict=no")
    feed = Feed.objects.get()
    assert (feed.strict, feed.charset) == (False, "8859/1")
    assert list(feed.history.values_list("strict", flat=True)) == [False, True]


def test_a_feed_of_an_organisation_that_is_not_loaded_may_name_it():
    set_feed("pas", "--org", "ZT7", "--org-name", "Seventh Trust")
    assert Organisation.objects.get(ods_code="ZT7").name == "Seventh Trust"


def test_a_new_feed_has_a_pulse_at_once():
    make_organisation("ZT1")
    set_feed("pas", "--org", "ZT1", "silent_after_minutes=15")
    status = FeedStatus.objects.get(feed="pas")
    assert (status.last_heard_at, status.silent_after_minutes) == (None, 15)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("strict", "'strict' is not of the form NAME=VALUE"),
        ("strict=perhaps", "strict is yes or no, not 'perhaps'"),
        ("repeat_window_days=many", "repeat_window_days must be a whole number, not 'many'"),
        ("class_map={", "class_map must be JSON, not '{'"),
        ("colour=red", "colour is not a feed setting; choose from application"),
        ("semantics=other", "semantics: "),
        ("acknowledgement=none", "acknowledgement: "),
        ("time_zone=Mars/Base", "Mars/Base"),
        ('fact_map=[{"colour": "red"}]', "colour"),
        ("repeat_window_days=-1", "repeat_window_days: "),
    ],
)
def test_a_setting_that_cannot_be_is_named_in_one_line(setting, said):
    make_organisation("ZT1")
    with pytest.raises(BadInput) as refused:
        set_feed("pas", "--org", "ZT1", setting)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not Feed.objects.exists()


def test_an_unknown_organisation_is_named():
    with pytest.raises(BadInput, match="no organisation 'ZT8'"):
        set_feed("pas", "--org", "ZT8")


def test_a_sender_that_another_feed_takes_is_refused():
    make_feed(make_organisation("ZT1"))
    with pytest.raises(BadInput, match=r"one_enabled_feed_a_sender|sender"):
        set_feed("other", "--org", "ZT1", "application=PAS", "facility=ZT1")


def test_feeds_are_shown_a_line_each():
    make_feed(make_organisation("ZT1"))
    make_feed(make_organisation("ZT2"))
    heard(adt())
    first, second = feeds()
    assert first.startswith("pas-zt1 organisation=ZT1 sender=PAS|ZT1 heard=2026-11-22T12:00:00")
    assert second.endswith("heard=never")


def test_feeds_as_json_lines_hold_every_setting():
    feed = make_feed(make_organisation("ZT1"), strict=True)
    [line] = feeds("--json")
    said = json.loads(line)
    assert (said["name"], said["strict"], said["last_heard_at"]) == (feed.name, True, None)
    assert said["fact_map"] == []

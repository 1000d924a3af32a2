"""What the database itself refuses of feeds and messages."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from homeward.gateway.models import Feed, Message
from tests.factories import make_organisation
from tests.factories_gateway import adt, heard, make_feed
from tests.support.clock import NOON

pytestmark = pytest.mark.django_db
TESTS = Path(__file__).resolve().parents[1]


def refused(name: str) -> pytest.RaisesExc[IntegrityError]:
    return pytest.raises(IntegrityError, match=name)


def feed_row(name: str, **fields: object) -> Feed:
    values = {"application": "PAS", "facility": "ZT1"} | fields
    return Feed.objects.create(name=name, organisation=make_organisation("ZT1"), **values)


def test_two_feeds_of_one_name():
    feed_row("pas")
    with refused("UNIQUE|gateway_feed_name"), transaction.atomic():
        feed_row("pas", facility="ZT2")


def test_two_enabled_feeds_of_one_sender():
    feed_row("pas")
    with refused("UNIQUE|gateway_one_enabled_feed_a_sender"), transaction.atomic():
        feed_row("other")


def test_a_feed_that_is_switched_off_may_have_the_same_sender():
    feed_row("pas")
    feed_row("old", enabled=False)


def test_feeds_of_any_sender_are_told_apart_by_name_alone():
    feed_row("one", application="", facility="")
    feed_row("two", application="", facility="")


def message_row(**fields: object) -> Message:
    values = {"raw": b"", "reply": b"", "received_at": NOON, "body_digest": uuid4()} | fields
    return Message.objects.create(outcome="rejected", **values)


def test_two_messages_under_one_repeat_key():
    key = uuid4()
    message_row(repeat_key=key)
    with refused("UNIQUE|repeat_key"), transaction.atomic():
        message_row(repeat_key=key)


def test_any_number_of_messages_without_a_repeat_key():
    message_row()
    message_row()


def test_a_feed_with_messages_cannot_go():
    feed = make_feed(make_organisation("ZT1"))
    heard(adt())
    with pytest.raises(ProtectedError):
        feed.delete()


def test_every_constraint_is_broken_by_a_test():
    texts = "".join(path.read_text() for path in TESTS.rglob("test_*.py"))
    constraints = {
        constraint.name
        for room in ("core", "hospital", "gateway")
        for model in apps.get_app_config(room).get_models()
        for constraint in model._meta.constraints
    }
    assert {name for name in constraints if name not in texts} == set()

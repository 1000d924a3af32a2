"""A message sent again has no second effect and gets the same answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
import structlog

from homeward.gateway.models import Message
from homeward.gateway.services.feeds import set_feed
from homeward.gateway.services.intake import receive
from homeward.gateway.services.reading import Arrival
from homeward.hospital.models import BedStay, Spell
from tests.factories import make_organisation
from tests.factories_gateway import adt, make_feed
from tests.support.clock import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed():
    return make_feed(make_organisation("ZT1"))


def setting(feed, **values):
    set_feed(name=feed.name, organisation=feed.organisation, values=values)


def send(*texts, at=NOON):
    return receive([Arrival(text) for text in texts], at=at)


def outcomes(answers):
    return [answer.outcome for answer in answers]


def test_a_repeat_gets_the_stored_reply_byte_for_byte(feed):
    text = adt(control_id="C1")
    [first] = send(text)
    [again] = send(text, at=NOON + timedelta(hours=1))
    assert again.outcome == "duplicate"
    assert again.replies == first.replies
    assert again.receipt == first.receipt
    assert Message.objects.count() == 1


def test_a_repeat_within_one_group_gets_the_reply_of_the_first(feed):
    text = adt(control_id="C1")
    first, again, third = send(text, text, text)
    assert outcomes((first, again, third)) == ["applied", "duplicate", "duplicate"]
    assert first.replies == again.replies == third.replies
    assert Message.objects.get().repeats == 2


def test_a_repeat_after_its_group_changes_nothing(feed):
    text = adt(control_id="C1")
    send(text, adt("A02", at="20261122110000", place="OAK^B1^01"))
    send(text)
    assert list(BedStay.objects.order_by("number").values_list("ward", flat=True)) == ["ASH", "OAK"]


def test_every_repeat_is_counted(feed):
    text = adt(control_id="C1")
    later = NOON + timedelta(hours=1)
    send(text)
    send(text, text, at=later)
    send(text, at=later)
    row = Message.objects.get()
    assert (row.repeats, row.last_repeat_at) == (3, later)


def test_a_repeat_may_end_its_last_line_or_not(feed):
    text = adt(control_id="C1")
    assert outcomes(send(text, text.rstrip(b"\r"), text + b"\n")) == [
        "applied",
        "duplicate",
        "duplicate",
    ]


def test_a_repeat_of_a_quarantined_message_gets_its_answer_too(feed):
    setting(feed, strict=True)
    text = adt(visit="", admitted="", control_id="C1")
    [first] = send(text)
    [again] = send(text)
    assert (first.outcome, again.outcome) == ("quarantined", "duplicate")
    assert again.replies == first.replies


def test_a_rejected_message_may_come_again_once_the_feed_is_mended(feed):
    text = adt(control_id="C1", processing="T")
    assert outcomes(send(text)) == ["rejected"]
    setting(feed, processing_ids="PT")
    assert outcomes(send(text)) == ["applied"]


class TestAControlIdUsedTwice:
    """MSH-10 used for another message: kept, quarantined, alarmed."""

    FIRST = adt(control_id="C1")
    OTHER = adt("A02", control_id="C1", at="20261122110000", place="OAK^B1^01")

    @pytest.mark.parametrize(("strict", "code"), [(True, b"MSA|AE|C1"), (False, b"MSA|AA|C1")])
    def test_it_is_quarantined_and_answered_as_the_feed_says(self, feed, strict, code):
        setting(feed, strict=strict)
        send(self.FIRST)
        [other] = send(self.OTHER)
        row = Message.objects.get(receipt=other.receipt)
        assert (row.outcome, row.cause) == ("quarantined", "control_id_reused")
        assert code in other.replies[0]
        assert (b"205^Duplicate key identifier" in other.replies[0]) is strict
        assert bytes(row.raw) == self.OTHER
        assert Spell.objects.get().ward == "ASH"

    def test_it_is_quarantined_within_one_group_too(self, feed):
        assert outcomes(send(self.FIRST, self.OTHER, self.FIRST, self.OTHER)) == [
            "applied",
            "quarantined",
            "duplicate",
            "duplicate",
        ]

    def test_its_own_repeats_get_its_own_answer(self, feed):
        setting(feed, strict=True)
        send(self.FIRST)
        [other] = send(self.OTHER)
        [again] = send(self.OTHER)
        assert (again.outcome, again.replies) == ("duplicate", other.replies)
        assert Message.objects.count() == 2

    def test_a_third_body_is_a_message_of_its_own(self, feed):
        send(self.FIRST)
        send(self.OTHER)
        assert outcomes(send(adt("A03", control_id="C1"))) == ["quarantined"]

    def test_an_alarm_is_logged_without_a_word_of_the_message(self, feed):
        send(self.FIRST)
        with structlog.testing.capture_logs() as logs:
            send(self.OTHER)
        [alarm] = [entry for entry in logs if entry["event"] == "control_id.reused"]
        assert alarm["log_level"] == "error"
        assert "Example" not in repr(alarm)

    def test_a_sender_that_reuses_control_ids_is_not_blocked(self, feed):
        setting(feed, control_id_unique=False)
        assert outcomes(send(self.FIRST, self.OTHER)) == ["applied", "applied"]
        assert outcomes(send(self.FIRST, self.OTHER)) == ["duplicate", "duplicate"]
        assert Spell.objects.get().ward == "OAK"


def test_without_a_control_id_the_body_tells_messages_apart(feed):
    first = adt(control_id="X").replace(b"|X|", b"||")
    other = adt("A02", at="20261122110000", control_id="X").replace(b"|X|", b"||")
    assert outcomes(send(first, other, first)) == ["applied", "applied", "duplicate"]
    assert outcomes(send(other)) == ["duplicate"]


def test_after_its_window_a_control_id_is_free_again(feed):
    setting(feed, repeat_window_days=30)
    send(adt(control_id="C1"))
    text = adt("A02", at="20261122110000", control_id="C1")
    assert outcomes(send(text, at=NOON + timedelta(days=29))) == ["quarantined"]
    assert outcomes(send(text, at=NOON + timedelta(days=31))) == ["applied"]


def test_one_control_id_from_two_senders_is_two_messages(feed):
    make_feed(make_organisation("ZT2"))
    assert outcomes(send(adt(control_id="C1"), adt(control_id="C1", ods="ZT2"))) == [
        "applied",
        "applied",
    ]

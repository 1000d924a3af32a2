"""What goes back to the sender."""

from __future__ import annotations

import pytest

from homeward.gateway.domain.hl7 import read_message
from homeward.gateway.services.feeds import set_feed
from homeward.gateway.services.intake import receive
from homeward.gateway.services.reading import Arrival
from homeward.hospital.models import Person
from tests.factories import make_organisation
from tests.factories_gateway import adt, make_feed
from tests.support.cases import read_cases
from tests.support.clock import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed():
    return make_feed(make_organisation("ZT1"))


def send(text: bytes, name: str = "") -> tuple[bytes, ...]:
    [answer] = receive([Arrival(text, feed=name)], at=NOON)
    return answer.replies


def test_the_reply_swaps_sender_and_receiver_and_names_what_it_answers(feed):
    [reply] = send(adt(control_id="C1"))
    read = read_message(reply)
    assert [read.value("MSH", field) for field in (3, 4, 5, 6)] == ["HOMEWARD", "ZT1", "PAS", "ZT1"]
    assert (read.value("MSH", 9), read.value("MSH", 11)) == ("ACK", "P")
    assert (read.value("MSA", 1), read.value("MSA", 2)) == ("AA", "C1")
    assert read.value("MSH", 10).startswith("HW")


def test_an_error_says_where_and_why_in_words(feed):
    set_feed(name=feed.name, organisation=feed.organisation, values={"strict": True})
    [reply] = send(adt(admitted="tomorrow"))
    read = read_message(reply)
    assert [read.value("ERR", 2, part) for part in (1, 2, 3)] == ["PV1", "1", "44"]
    assert (read.value("ERR", 3), read.value("ERR", 4)) == ("102", "E")
    assert "PV1-44" in read.value("ERR", 8)


MODES = """
mode     | MSH-15 | MSH-16 | message  | replies
original |        |        | good     | AA
original | NE     | NE     | good     | AA
original | AL     | AL     | bad      | AE
original | NE     | NE     | not ours | AR
enhanced |        |        | good     | CA AA
enhanced | AL     | AL     | good     | CA AA
enhanced | AL     | NE     | good     | CA
enhanced | NE     | AL     | good     | AA
enhanced | NE     | NE     | good     |
enhanced | ER     | ER     | good     |
enhanced | SU     | SU     | good     | CA AA
enhanced | AL     | ER     | bad      | CA AE
enhanced | AL     | SU     | bad      | CA
enhanced | SU     | AL     | not ours |
enhanced | ER     | AL     | not ours | CR
enhanced | AL     | AL     | not ours | CR
"""


@pytest.mark.parametrize(("mode", "accept", "application", "what", "expected"), read_cases(MODES))
def test_which_replies_are_sent(feed, mode, accept, application, what, expected):
    values = {"acknowledgement": mode, "strict": True}
    set_feed(name=feed.name, organisation=feed.organisation, values=values)
    text = {
        "good": adt(control_id="C1"),
        "bad": adt(control_id="C1", visit="", admitted=""),
        "not ours": adt(control_id="C1", processing="T"),
    }[what].replace(b"|2.5.1", f"|2.5.1|||{accept}|{application}".encode())
    replies = send(text)
    assert " ".join(read_message(reply).value("MSA", 1) for reply in replies) == expected
    assert len({read_message(reply).value("MSH", 10) for reply in replies}) == len(replies)
    if what != "not ours":
        assert send(text) == replies, "a repeat gets the same"


CHARSETS = """
MSH-18        | codec     | name
              | utf-8     | Zoë
UNICODE UTF-8 | utf-8     | Żółć
UNICODE UTF-8 | utf-8     | 王
8859/1        | latin-1   | Zoë
8859/2        | iso8859-2 | Żółć
ASCII         | ascii     | Zoe
GB 18030-2000 | gb18030   | 王
"""


@pytest.mark.parametrize(("declared", "codec", "name"), read_cases(CHARSETS))
def test_a_name_is_read_in_the_character_set_the_message_names(feed, declared, codec, name):
    text = adt(family=name).decode().replace("|2.5.1", f"|2.5.1||||||{declared}")
    [reply] = send(text.encode(codec))
    assert b"MSA|AA|" in reply
    assert Person.objects.get().family_name == name
    check_rebuilt()


def test_without_msh_18_the_feeds_own_character_set_counts(feed):
    set_feed(name=feed.name, organisation=feed.organisation, values={"charset": "8859/1"})
    [reply] = send(adt(family="Zoë").decode().encode("latin-1"))
    assert b"MSA|AA|" in reply
    assert Person.objects.get().family_name == "Zoë"
    check_rebuilt()


def test_bytes_that_could_be_another_character_set_are_read_as_the_feed_says(feed):
    # The two bytes of "ë" in UTF-8 are two letters in ISO 8859-1.
    set_feed(name=feed.name, organisation=feed.organisation, values={"charset": "8859/1"})
    send(adt(family="Zoë"))
    assert Person.objects.get().family_name == "ZoÃ«"
    check_rebuilt()


def test_bytes_outside_the_character_set_are_rejected_with_the_place(feed):
    [reply] = send(adt(family="Zoë").decode().encode("latin-1"))
    assert b"MSA|AR|" in reply
    assert b"byte EB at offset" in reply


def check_rebuilt() -> None:
    from homeward.gateway.services import rebuild

    assert rebuild.compare().equal

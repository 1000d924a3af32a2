"""Replies, whatever they answer."""

from datetime import UTC, datetime

import pytest

from homeward.gateway.domain.hl7 import AckError, build_ack, frame, read_message
from tests.unit.gateway.hl7.samples import ADMISSION

AT = datetime(2026, 1, 5, 10, 15, 3, tzinfo=UTC)
HEAD = b"MSH|^~\\&|HOMEWARD|RX0|PAS|RX0|20260105101503+0000||ACK^A01^ACK|H-1|P|2.5.1\r"


def reply(incoming: bytes, code: str = "AA", *errors: AckError) -> bytes:
    return build_ack(read_message(incoming), code, errors, at=AT, control_id="H-1")


@pytest.mark.parametrize("code", ["AA", "AE", "AR", "CA", "CE", "CR"])
def test_the_reply_swaps_sender_and_receiver_and_names_their_control_id(code):
    assert reply(ADMISSION.encode(), code) == HEAD + f"MSA|{code}|M-1\r".encode()


def test_errors_say_where_and_what():
    found = reply(
        ADMISSION.encode(),
        "AE",
        AckError("101", "PID-3 holds no NHS number | or local one", "PID", 1, 3),
        AckError("207", "Try again"),
    )
    assert found == HEAD + (
        b"MSA|AE|M-1\r"
        b"ERR||PID^1^3|101^Required field missing^HL70357|E||||"
        b"PID-3 holds no NHS number \\F\\ or local one\r"
        b"ERR|||207^Application internal error^HL70357|E||||Try again\r"
    )


def test_the_reply_speaks_with_their_delimiters_and_characters():
    theirs = f"MSH$%*!@$PAS$Zoë$$$$$ADT%A08$M!F!1$T$2.4{'$' * 6}8859/1\r".encode("latin-1")
    found = reply(theirs, "AE", AckError("102", "é 李", "PID", 2, 7))
    assert found == (
        "MSH$%*!@$$$PAS$Zoë$20260105101503+0000$$ACK%A08%ACK$H-1$T$2.4$$$$$$8859/1\r"
        "MSA$AE$M!F!1\r"
        "ERR$$PID%2%7$102%Data type error%HL70357$E$$$$é ?\r"
    ).encode("latin-1")


def test_a_message_without_an_event_gets_a_plain_ack():
    assert b"||ACK|H-1|" in reply(b"MSH|^~\\&|PAS|||||||M-1|P|2.3")


def test_what_has_a_header_but_cannot_be_read_gets_its_control_id_back():
    theirs = b"\x0bMSH|^~\\&|PAS|R\xff|||||ADT^A01|M-\xe9|D|2.4\rPID|\x00\xff"
    found = build_ack(theirs, "AR", [AckError("100", "Zoë")], at=AT, control_id="H-1")
    assert found == (
        b"MSH|^~\\&|||PAS|R\xff|20260105101503+0000||ACK^A01^ACK|H-1|D|2.4\r"
        b"MSA|AR|M-\xe9\r"
        b"ERR|||100^Segment sequence error^HL70357|E||||Zo?\r"
    )


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", ["KLINGON", "UNICODE UTF-16"])
def test_a_character_set_that_the_reply_is_not_in_is_not_echoed(mark, name):
    theirs = mark + f"MSH|^~\\&|PAS{'|' * 15}{name}\r".encode()
    incoming = read_message(theirs) if mark else theirs
    found = build_ack(incoming, "AR", at=AT, control_id="H-1")
    assert read_message(found).value("MSH", 18) == ""


@pytest.mark.parametrize("theirs", [b"", b"hello", b"\x00\xff" * 50, b"MSH", b"MSH\rPID|1"])
def test_what_has_no_header_gets_a_well_formed_rejection(theirs):
    found = build_ack(theirs, "AR", [AckError("100", "No MSH")], at=AT, control_id="H-1")
    answer = read_message(found)
    assert [segment.name for segment in answer.segments] == ["MSH", "MSA", "ERR"]
    assert answer.value("MSA", 1) == "AR"
    assert answer.value("MSA", 2) == ""
    assert answer.value("MSH", 9) == "ACK"


def test_delimiters_that_contradict_each_other_are_not_used():
    theirs = b"MSH$^^\\&$PAS$$$$$$ADT^A01$M-1$P$2.4\r"
    found = read_message(build_ack(theirs, "AR", at=AT, control_id="H-1"))
    assert found.encoding.field == "|"
    assert found.value("MSA", 2) == "M-1"


def test_utf16_is_answered_in_utf16():
    theirs = ADMISSION.encode("utf-16")
    assert read_message(reply(theirs)).value("MSA", 2) == "M-1"
    cut = theirs[:-1]
    answer = build_ack(cut, "AR", at=AT, control_id="H-1")
    assert read_message(answer).value("MSA", 2) == "M-1"


def test_a_reply_never_ends_its_own_frame():
    theirs = b"MSH|^~\\&|PAS\x1c|RX0\x0b|||||ADT^A01|M-1\x1c\rPID|"
    found = reply(theirs)
    assert frame(found)
    assert b"MSA|AA|M-1\r" in found
    malayalam = "MSH|^~\\&|\u0d1c".encode("utf-16-le")
    assert frame(build_ack(read_message(malayalam), "AA", at=AT, control_id="H-1"))


def test_an_unknown_code_or_a_time_without_zone_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="'AX' is not"):
        reply(ADMISSION.encode(), "AX")
    with pytest.raises(ValueError, match="zone"):
        build_ack(b"", "AR", at=AT.replace(tzinfo=None), control_id="H-1")

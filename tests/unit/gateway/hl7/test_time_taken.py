"""No input makes the reader slow: a megabyte of the worst takes well under a few seconds."""

import time

import pytest

from homeward.gateway.domain.hl7 import (
    FrameReader,
    Hl7Error,
    read_message,
    split_messages,
    unescape,
)

SIZE = 1_000_000
SECONDS = 4.0  # hundreds of times what these take; a quadratic one would need hours
HEAD = b"MSH|^~\\&|PAS\rPID|"
WORST = [b"\\", b"\\X", b"\\X41", b"\\X41\\", b"\\X41\\\\", b"~", b"^&", b"\r", b"\n", b"|", b"a\r"]


@pytest.mark.parametrize("piece", WORST)
def test_reading_is_linear(piece):
    raw = HEAD + piece * (SIZE // len(piece))
    began = time.process_time()
    found = read_message(raw)
    found.value("PID", 1, 0, 0, 0)
    found.value("PID", 1)
    found.value("PID", 1, 2, 2, 2)
    found.first("ZZ")
    unescape(raw.decode())
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("piece", [b"MSH", b"\rMSH", b"\x1c", b"\x0b", b"\rFTS", b"\r\xef\xbb\xbf"])
def test_splitting_is_linear(piece):
    began = time.process_time()
    split_messages(b"MSH|^~\\&|" + piece * (SIZE // len(piece)))
    assert time.process_time() - began < SECONDS


def test_many_second_messages_are_refused_at_once():
    began = time.process_time()
    with pytest.raises(Hl7Error):
        read_message(b"MSH|^~\\&|x\r" * 90_000)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("piece", [b"x", b"\x1c", b"\x0b", b"\x0bMSH"])
def test_deframing_byte_by_byte_is_linear(piece):
    reader = FrameReader(SIZE)
    stream = b"\x0b" + piece * (SIZE // 4 // len(piece))
    began = time.process_time()
    for at in range(len(stream)):
        reader.feed(stream[at : at + 1])
    assert len(reader.feed(b"\x1c\r")) >= 1
    assert time.process_time() - began < SECONDS

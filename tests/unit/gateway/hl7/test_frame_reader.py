"""Taking an MLLP stream apart."""

import pytest

from homeward.gateway.domain.hl7 import Frame, FrameReader, Noise, TooBig, frame


def test_many_frames_in_one_read():
    assert FrameReader(100).feed(frame(b"one") + frame(b"two")) == [Frame(b"one"), Frame(b"two")]


def test_a_frame_in_many_reads():
    reader = FrameReader(100)
    found = [event for byte in frame(b"slow") for event in reader.feed(bytes([byte]))]
    assert found == [Frame(b"slow")]


def test_half_a_frame_is_waited_for():
    reader = FrameReader(100)
    assert reader.feed(b"\x0bhalf") == []
    assert reader.mid_frame
    assert reader.feed(b"\x1c") == []
    assert reader.feed(b"\r") == [Frame(b"half")]
    assert not reader.mid_frame


def test_the_end_byte_alone_is_data():
    assert FrameReader(100).feed(frame(b"a\x1cb\x1c\x1c")) == [Frame(b"a\x1cb\x1c\x1c")]


def test_bytes_between_frames_are_noise_but_line_ends_are_not():
    found = FrameReader(100).feed(b"hello" + frame(b"one") + b"\r\n" + frame(b"two") + b"bye")
    assert found == [Noise(b"hello", 5), Frame(b"one"), Frame(b"two"), Noise(b"bye", 3)]


def test_only_the_head_of_noise_is_kept():
    (noise,) = FrameReader(100).feed(b"x" * 5000)
    assert noise == Noise(b"x" * 1024, 5000)


@pytest.mark.parametrize("cut", [1, 7, 1000])
def test_a_frame_too_big_is_told_once_and_skipped(cut):
    reader = FrameReader(10)
    stream = frame(b"x" * 10) + frame(b"y" * 11) + frame(b"z")
    found = [
        event for at in range(0, len(stream), cut) for event in reader.feed(stream[at : at + cut])
    ]
    assert found == [Frame(b"x" * 10), TooBig(b"y" * 10), Frame(b"z")]


def test_a_frame_without_end_holds_no_more_than_the_limit():
    reader = FrameReader(1000)
    events = reader.feed(b"\x0b") + [e for _ in range(500) for e in reader.feed(b"x" * 900)]
    assert events == [TooBig(b"x" * 1000)]
    assert len(reader._buffer) <= 1000
    assert reader.mid_frame


def test_a_message_begun_again_replaces_its_abandoned_half():
    found = FrameReader(100).feed(b"\x0bMSH|half" + frame(b"MSH|whole"))
    assert found == [Noise(b"MSH|half", 8), Frame(b"MSH|whole")]


def test_frame_refuses_a_payload_that_would_end_it_early():
    with pytest.raises(ValueError, match="end its frame early"):
        frame(b"a\x1c\rb")

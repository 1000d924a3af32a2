"""Splitting files into messages."""

import io
import tracemalloc

import pytest

from homeward.gateway.domain.hl7 import Hl7Error, frame, iter_messages, split_messages

ONE = b"MSH|^~\\&|A\rPID|1||x"
TWO = b"MSH|^~\\&|B\rPID|2"

FILES = {
    "one message": (ONE, [ONE]),
    "joined by a bare CR": (ONE + b"\r" + TWO, [ONE, TWO]),
    "blank lines between": (b"\r\n\r\n" + ONE + b"\r\n\r\n\r\n" + TWO + b"\n\n", [ONE, TWO]),
    "MLLP frames": (frame(ONE + b"\r") + frame(TWO), [ONE, TWO]),
    "MLLP frames and line ends": (frame(ONE) + b"\r\n" + frame(TWO) + b"\n", [ONE, TWO]),
    "MLLP whose CR became LF": (b"\x0b" + ONE + b"\n\x1c\n\x0b" + TWO + b"\n\x1c", [ONE, TWO]),
    "a frame never ended": (b"\x0b" + ONE + b"\x0b" + TWO, [ONE, TWO]),
    "a batch": (
        b"FHS|^~\\&|F\rBHS|^~\\&|B\r" + ONE + b"\r" + TWO + b"\rBTS|2\rFTS|1\r",
        [ONE, TWO],
    ),
    "a batch with bare trailers": (b"BHS|^~\\&\n" + ONE + b"\nBTS\nFTS", [ONE]),
    "a byte order mark": (b"\xef\xbb\xbf" + ONE, [ONE]),
    "byte order marks inside": (ONE + b"\r\n\xef\xbb\xbf" + TWO, [ONE, TWO]),
    "garbage before": (b"<log> 12:00 MSH|no\r\nnoise\r\n" + ONE, [ONE]),
    "MSH in a field": (ONE + b"|MSH|\rNTE|MSH|\rMSHX|1", [ONE + b"|MSH|\rNTE|MSH|\rMSHX|1"]),
    "a lone 0x1C is data": (ONE + b"\x1cy", [ONE + b"\x1cy"]),
    "nothing": (b"", []),
    "no MSH": (b"PID|1\rhello\x0b\x1c\r", []),
    "MSH alone": (b"MSH", []),
}


@pytest.mark.parametrize(("data", "expected"), FILES.values(), ids=FILES.keys())
def test_split_messages(data, expected):
    assert split_messages(data) == expected


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 7, 64])
@pytest.mark.parametrize(("data", "expected"), FILES.values(), ids=FILES.keys())
def test_chunks_do_not_matter(data, expected, chunk_bytes):
    assert list(iter_messages(io.BytesIO(data), chunk_bytes=chunk_bytes)) == expected


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le"])
def test_utf16_files_are_split_and_stay_utf16(codec):
    text = "MSH|^~\\&|Ω\rPID|1"
    found = split_messages(f"{text}\r\n{text}\r\n".encode(codec))
    assert [raw.decode(codec) for raw in found] == [text, text]


def test_broken_utf16_is_one_message_for_the_reader_to_refuse():
    broken = ONE.decode().encode("utf-16-le") + b"\x00"
    assert split_messages(broken) == [broken]


def test_a_message_beyond_the_limit_is_refused():
    stream = io.BytesIO(TWO + b"\r" + ONE + b"y" * 500)
    found = iter_messages(stream, chunk_bytes=100, max_bytes=200)
    assert next(found) == TWO
    with pytest.raises(Hl7Error, match="longer than 200 bytes"):
        next(found)


class Noisy(io.RawIOBase):
    """Twelve megabytes of noise that nobody holds at once, and then a message."""

    left = 12

    def read(self, size: int = -1) -> bytes:
        self.left -= 1
        if self.left > 0:
            return b"noise\r\n" * 150_000
        return ONE if self.left == 0 else b""


def test_noise_is_dropped_as_it_comes():
    tracemalloc.start()
    found = list(iter_messages(Noisy()))  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == [ONE]
    assert peak < 5_000_000

"""MLLP framing: 0x0B, the message, 0x1C 0x0D."""

from dataclasses import dataclass
from enum import Enum

START = b"\x0b"
END = b"\x1c\r"
KEPT_BYTES = 1024  # of noise and of frames too big, for the log and the reply
# Some senders put line ends after the end block. They say nothing, so they are not noise.
_PADDING = b"\r\n"
_RESTART = START + b"MSH"


class _State(Enum):
    OUTSIDE = "outside"
    INSIDE = "inside"
    SKIPPING = "skipping"


@dataclass(frozen=True, slots=True)
class Frame:
    """The bytes of one message."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes outside any frame: how many, and the first KEPT_BYTES of them."""

    head: bytes
    size: int


@dataclass(frozen=True, slots=True)
class TooBig:
    """A frame longer than allowed. head: its first KEPT_BYTES, enough to name it in a reply."""

    head: bytes


def frame(payload: bytes) -> bytes:
    """The payload as MLLP sends it. Raises ValueError if it holds MLLP's own end block."""
    if END in payload:
        raise ValueError("the payload holds 0x1C 0x0D, which would end its frame early")
    return START + payload + END


class FrameReader:
    """Takes an MLLP stream apart, however its reads are cut, in time linear in the stream.

    max_bytes: the longest payload. A longer frame gives one TooBig as soon as it is known to be
    too long, and its rest is skipped up to the end block. Memory: max_bytes and one read.
    A 0x1C that no 0x0D follows is data. A frame that a sender began and abandoned, to start
    afresh with 0x0B and MSH, is noise: the message after it is the frame.
    """

    __slots__ = ("_buffer", "_max_bytes", "_scanned", "_state")

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._buffer = bytearray()
        self._state = _State.OUTSIDE
        self._scanned = 0

    @property
    def buffered(self) -> int:
        """Bytes held of a frame that has not ended yet."""
        return len(self._buffer)

    @property
    def mid_frame(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._state is not _State.OUTSIDE

    def feed(self, data: bytes) -> list[Frame | Noise | TooBig]:
        """What these bytes complete, in order. Noise comes at once, so it never piles up."""
        events: list[Frame | Noise | TooBig] = []
        self._buffer += data
        at = 0
        waiting = False
        while not waiting:
            if self._state is _State.OUTSIDE:
                at, waiting = self._outside(at, events)
            elif self._state is _State.INSIDE:
                at, waiting = self._inside(at, events)
            else:
                at, waiting = self._skip(at)
        del self._buffer[:at]
        self._scanned = max(len(self._buffer) - 1, 0)
        return events

    def _outside(self, at: int, events: list[Frame | Noise | TooBig]) -> tuple[int, bool]:
        buffer = self._buffer
        start = buffer.find(START, at)
        until = start if start >= 0 else len(buffer)
        if until > at:
            _report(bytes(buffer[at:until]).strip(_PADDING), events)
        if start < 0:
            return until, True
        self._state = _State.INSIDE
        self._scanned = start + 1
        return start + 1, False

    def _inside(self, at: int, events: list[Frame | Noise | TooBig]) -> tuple[int, bool]:
        buffer = self._buffer
        end = buffer.find(END, self._scanned)
        # A 0x1C in last place may be half of the end block, so it is not counted yet.
        until = end if end >= 0 else len(buffer) - buffer.endswith(END[:1])
        if until - at > self._max_bytes:
            events.append(TooBig(bytes(buffer[at : at + min(KEPT_BYTES, self._max_bytes)])))
            self._state = _State.SKIPPING
            return at, False
        if end < 0:
            return at, True
        payload = bytes(buffer[at:end])
        restart = payload.rfind(_RESTART)
        if restart >= 0:
            _report(payload[:restart].strip(_PADDING), events)
            payload = payload[restart + 1 :]
        events.append(Frame(payload))
        self._state = _State.OUTSIDE
        return end + len(END), False

    def _skip(self, at: int) -> tuple[int, bool]:
        end = self._buffer.find(END, at)
        if end < 0:
            return len(self._buffer) - self._buffer.endswith(END[:1]), True
        self._state = _State.OUTSIDE
        return end + len(END), False


def _report(noise: bytes, events: list[Frame | Noise | TooBig]) -> None:
    if noise:
        events.append(Noise(noise[:KEPT_BYTES], len(noise)))

"""Messages in files: MLLP frames, FHS/BHS batches, or bare messages one after another."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

from homeward.gateway.domain.hl7.errors import Hl7Error

CHUNK_BYTES = 1 << 20
MAX_MESSAGE_BYTES = 64 << 20

_MARK = rb"[!-/:-@\[-`{-~]"  # ASCII that is neither letter, digit nor blank
# What ends a message or begins one. A segment counts only at a line start (or after 0x0B, or
# a byte order mark left there by joining files); 0x1C only at a line end, as MLLP has it.
_BOUNDARY = re.compile(
    rb"[\r\n\x0b](?:\xef\xbb\xbf)?"
    rb"(?:(?P<start>MSH" + _MARK + rb")|[FB]HS" + _MARK + rb"|[FB]TS(?=" + _MARK + rb"|[\r\n]))"
    rb"|\x1c(?=[\r\n])"
)
_LONGEST_BOUNDARY = 9  # a line end, a byte order mark, a name, and the byte after it
_WIDE_STARTS = (
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"M\0S\0H\0", "utf-16-le"),
    (b"\0M\0S\0H", "utf-16-be"),
)


def split_messages(data: bytes) -> list[bytes]:
    """A file's messages, each from its MSH on, without line ends or MLLP bytes around it.

    Batch headers and trailers, blank lines and anything before the first MSH are dropped.
    Bytes without a message give [].
    """
    return list(_messages_in((data,), max_bytes=len(data) + 1))


def iter_messages(
    stream: BinaryIO, *, chunk_bytes: int = CHUNK_BYTES, max_bytes: int = MAX_MESSAGE_BYTES
) -> Iterator[bytes]:
    """`split_messages` for a file of any size: memory holds one message and one chunk.

    UTF-16 files are the exception: they are read whole.
    Raises Hl7Error when one message is longer than max_bytes.
    """
    return _messages_in(iter(lambda: stream.read(chunk_bytes), b""), max_bytes=max_bytes)


def _messages_in(chunks: Iterable[bytes], *, max_bytes: int) -> Iterator[bytes]:
    source = iter(chunks)
    head = next(source, b"")
    codec = next((codec for mark, codec in _WIDE_STARTS if head.startswith(mark)), None)
    if codec:
        yield from _wide_messages(head + b"".join(source), codec)
        return
    # A line end goes before the file and after it, so that its edges are like any line's.
    pending = bytearray(b"\n")
    start = -1  # of the message being read, in pending; -1 between messages
    scanned = 0
    for chunk in chain((head,), source, (b"\n",)):
        pending += chunk
        for match in _BOUNDARY.finditer(pending, scanned):
            if start >= 0:
                yield _trimmed(pending[start : match.start()])
            start, scanned = match.start("start"), match.end()
        if start >= 0 and len(pending) - start > max_bytes:
            raise Hl7Error(f"a message is longer than {max_bytes} bytes")
        # A boundary cut by the end of the chunk is looked for again with the next one.
        scanned = max(scanned, len(pending) - _LONGEST_BOUNDARY)
        done = start if start >= 0 else scanned
        del pending[:done]
        start, scanned = min(start, 0), scanned - done
    if start >= 0:
        yield _trimmed(pending)


def _trimmed(message: bytearray) -> bytes:
    return bytes(message.rstrip(b"\r\n\x0b"))


def _wide_messages(data: bytes, codec: str) -> Iterator[bytes]:
    """UTF-16 text is split as UTF-8 and given back as it was; broken text is given whole."""
    try:
        narrow = data.decode(codec).encode()
    except UnicodeError:
        yield data
        return
    for message in _messages_in((narrow,), max_bytes=len(narrow) + 1):
        yield message.decode().encode(codec)

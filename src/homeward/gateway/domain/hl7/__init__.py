"""HL7 v2: a pure reader of messages, files, MLLP streams and times, and a writer of replies.

Nothing here knows Django, a clock or a socket. Every function is linear in its input.
"""

from homeward.gateway.domain.hl7.acks import (
    ACK_CODES,
    CONDITIONS,
    AckError,
    build_ack,
)
from homeward.gateway.domain.hl7.encoding import Encoding, escape, unescape
from homeward.gateway.domain.hl7.errors import Hl7Error, Hl7TimeError
from homeward.gateway.domain.hl7.files import iter_messages, split_messages
from homeward.gateway.domain.hl7.message import Message, Segment, read_message
from homeward.gateway.domain.hl7.mllp import Frame, FrameReader, Noise, TooBig, frame
from homeward.gateway.domain.hl7.picking import Picked, Picker
from homeward.gateway.domain.hl7.times import Hl7Time, parse_date, parse_time

__all__ = [
    "ACK_CODES",
    "CONDITIONS",
    "AckError",
    "Encoding",
    "Frame",
    "FrameReader",
    "Hl7Error",
    "Hl7Time",
    "Hl7TimeError",
    "Message",
    "Noise",
    "Picked",
    "Picker",
    "Segment",
    "TooBig",
    "build_ack",
    "escape",
    "frame",
    "iter_messages",
    "parse_date",
    "parse_time",
    "read_message",
    "split_messages",
    "unescape",
]

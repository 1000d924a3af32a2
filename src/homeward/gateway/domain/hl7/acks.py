"""Acknowledgements, whether or not the message they answer could be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homeward.gateway.domain.hl7.charsets import declared_codec
from homeward.gateway.domain.hl7.encoding import STANDARD, Encoding, escape, read_encoding
from homeward.gateway.domain.hl7.errors import Hl7Error
from homeward.gateway.domain.hl7.message import Message, locate
from homeward.gateway.domain.hl7.mllp import END

# HL7 table 0008: original mode (A) and the commit replies of enhanced mode (C).
ACK_CODES = frozenset({"AA", "AE", "AR", "CA", "CE", "CR"})

# HL7 table 0357.
CONDITIONS = {
    "0": "Message accepted",
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "200": "Unsupported message type",
    "201": "Unsupported event code",
    "202": "Unsupported processing id",
    "203": "Unsupported version id",
    "204": "Unknown key identifier",
    "205": "Duplicate key identifier",
    "206": "Application record locked",
    "207": "Application internal error",
}

_HEADER_BYTES = 8192  # of a message that cannot be read, searched for what a reply echoes
_NO_CONTROLS = dict.fromkeys(range(32))
_VERSION = "2.5.1"


@dataclass(frozen=True, slots=True)
class AckError:
    """One ERR segment. code: a key of CONDITIONS. text: what a person at the sender reads.

    segment, sequence (of that segment's name, from 1) and field say where, as far as known.
    """

    code: str
    text: str
    segment: str = ""
    sequence: int = 1
    field: int = 0


@dataclass(frozen=True, slots=True)
class _Header:
    """MSH as sent: raw fields by number, with what it takes to answer in kind."""

    encoding: Encoding
    charset: str
    fields: tuple[str, ...]
    readable: bool

    def field(self, n: int) -> str:
        # A control character could end a segment or a frame early.
        return self.fields[n].translate(_NO_CONTROLS) if n < len(self.fields) else ""

    def own(self, text: str) -> str:
        """Text of ours, fit to stand in a field of the reply."""
        if not self.readable:
            text = text.encode("ascii", "replace").decode("ascii")
        return escape(text, self.encoding, self.charset)


def build_ack(
    incoming: Message | bytes,
    code: str,
    errors: Sequence[AckError] = (),
    *,
    at: datetime,
    control_id: str,
) -> bytes:
    """The reply to a message, in its own delimiters and character set, not framed.

    incoming: the message, or its bytes when it could not be read; whatever of MSH can still be
    told is echoed, and with no MSH at all the reply has an empty MSA-2.
    code: one of ACK_CODES. at: the moment of the reply, with a zone. control_id: our MSH-10.
    Raises ValueError for an unknown code or a time without a zone.
    Source: HL7 v2.5.1 chapter 2, sections 2.9.2 and 2.15.
    """
    if code not in ACK_CODES:
        raise ValueError(f"{code!r} is not an acknowledgement code")
    if at.utcoffset() is None:
        raise ValueError("the time of a reply needs a zone")
    header = _read(incoming) if isinstance(incoming, Message) else _salvaged(incoming)
    lines = [
        _msh(header, at, control_id),
        ["MSA", code, header.field(10)],
        *(_err(header, error) for error in errors),
    ]
    sep = header.encoding.field
    text = "".join(sep.join(line).rstrip(sep) + "\r" for line in lines)
    # In UTF-16 two halves of letters can look like the end block and cut the reply short.
    return text.encode(header.charset, "replace").replace(END, b"??")


def _msh(header: _Header, at: datetime, control_id: str) -> list[str]:
    encoding = header.encoding
    trigger = header.field(9).split(encoding.component or "^")[1:2]
    kind = ["ACK", *trigger, "ACK"] if trigger and trigger[0] else ["ACK"]
    return [
        "MSH",
        encoding.characters,
        header.field(5),
        header.field(6),
        header.field(3),
        header.field(4),
        at.strftime("%Y%m%d%H%M%S%z"),
        "",
        (encoding.component or "^").join(kind),
        header.own(control_id),
        header.field(11) or "P",
        header.field(12) or _VERSION,
        *("",) * 5,
        _charset_name(header),
    ]


def _charset_name(header: _Header) -> str:
    """Their MSH-18, if the reply truly is in that character set."""
    name = header.field(18)
    try:
        codec = declared_codec(name.encode(), header.encoding.repetition.encode())
    except Hl7Error:
        return ""
    return name if header.readable and codec == header.charset else ""


def _err(header: _Header, error: AckError) -> list[str]:
    comp = header.encoding.component or "^"
    where = [error.segment, str(error.sequence), str(error.field)] if error.segment else []
    if not error.field:
        where = where[:2]
    what = [error.code, header.own(CONDITIONS.get(error.code, "")), "HL70357"]
    return ["ERR", "", comp.join(where), comp.join(what), "E", "", "", "", header.own(error.text)]


def _read(message: Message) -> _Header:
    fields = message.fields_of("MSH")
    return _Header(message.encoding, message.charset, tuple(fields), readable=True)


def _salvaged(raw: bytes) -> _Header:
    """What can be told of the header of a message that cannot be read.

    Its bytes are taken as Latin-1, which reads any byte and writes it back the same.
    """
    head = raw[:_HEADER_BYTES]
    try:
        start, codec = locate(head)
    except Hl7Error:
        return _Header(STANDARD, "ascii", (), readable=False)
    charset = codec if codec and codec != "utf-8" else "iso8859-1"
    text = head[start:].decode(charset, "replace").lstrip("\ufeff")
    line = text.replace("\n", "\r").split("\r", 1)[0]
    sep = line[3:4]
    try:
        encoding = read_encoding(sep, line[4:].split(sep, 1)[0])
    except (Hl7Error, ValueError):
        encoding = STANDARD
    fields = line.split(sep) if sep else [line]
    if encoding.field != sep:
        # Their delimiters contradict each other: nothing raw can be echoed among ours but this.
        known = fields[9] if len(fields) > 9 else ""
        fields = ["MSH", "", *("",) * 7, escape(known, STANDARD)]
    return _Header(encoding, charset, (fields[0], sep, *fields[1:]), readable=False)

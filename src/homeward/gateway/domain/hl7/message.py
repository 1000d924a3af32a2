"""One message: read from bytes in one pass, taken apart only where it is asked."""

from homeward.gateway.domain.hl7.charsets import WIDE, declared_codec, default_codec
from homeward.gateway.domain.hl7.encoding import Encoding, Rules, rules_for
from homeward.gateway.domain.hl7.errors import Hl7Error

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_UNMARKED = (
    (b"M\0S\0H\0", "utf-16-le"),
    (b"\0M\0S\0H", "utf-16-be"),
    (b"M\0\0\0S\0\0\0H\0\0\0", "utf-32-le"),
    (b"\0\0\0M\0\0\0S\0\0\0H", "utf-32-be"),
)
# What may stand before MSH or after the last segment: blanks, line ends and MLLP's own bytes.
_TAIL = "\r\n\x1c"
_WRAPPING = b"\x0b\x1c \t\r\n"


class Segment:
    """One segment. Fields are numbered as HL7 numbers them; MSH-1 is the separator itself."""

    __slots__ = ("_rules", "fields", "name")

    def __init__(self, fields: list[str], rules: Rules) -> None:
        self.fields = fields
        self.name = fields[0]
        self._rules = rules

    @property
    def encoding(self) -> Encoding:
        """The delimiters of the message it stands in."""
        return self._rules.encoding

    def __repr__(self) -> str:
        return f"<Segment {self.name}>"

    def field(self, n: int, default: str = "") -> str:
        """Field n as sent, escapes and all; the default when the segment is shorter."""
        return self.fields[n] if n < len(self.fields) else default

    def value(
        self, field: int, component: int = 1, subcomponent: int = 1, repetition: int = 1
    ) -> str:
        """The unescaped text of one part of a field; "" when absent. `""` stays `""`.

        All numbers count from 1. Component 0 asks for the whole repetition, subcomponent 0
        for the whole component, repetition 0 for the whole field.
        """
        text = self.field(field)
        if field < 3 and self.name == "MSH":
            return text if component < 2 and subcomponent < 2 and repetition < 2 else ""
        return self._rules.part(text, component, subcomponent, repetition)

    def repetitions(self, field: int) -> list[list[str]]:
        """Every repetition of a field, each as the text of its components, unescaped.

        Of a component with sub-components the first is given; `value` reaches the others.
        """
        text = self.field(field)
        if field < 3 and self.name == "MSH":
            return [[text]]
        return self._rules.repetitions(text)


def split_fields(line: str, sep: str) -> list[str]:
    """A segment's raw fields by HL7 number; number 0 is the segment's name."""
    fields = line.split(sep)
    if fields[0] == "MSH":
        fields.insert(1, sep)
    return fields


class Message:
    """A message that could be read. Made by `read_message`.

    encoding: its delimiters. charset: the Python codec its bytes were read with.
    """

    __slots__ = ("_fields", "_index", "_lines", "_segments", "rules")

    def __init__(self, lines: list[str], header: list[str], rules: Rules) -> None:
        self.rules = rules
        self._lines = lines
        self._fields = {"MSH": header}
        self._index: dict[str, str] | None = None
        self._segments: list[Segment] | None = None

    @property
    def encoding(self) -> Encoding:
        return self.rules.encoding

    @property
    def charset(self) -> str:
        return self.rules.charset

    @property
    def segments(self) -> list[Segment]:
        """Every segment in order. A line that is no segment is here too, under an odd name."""
        if self._segments is None:
            rules = self.rules
            self._segments = [
                Segment(split_fields(line, rules.sep), rules)
                for line in self._lines
                if line and not line.isspace()
            ]
        return self._segments

    def fields_of(self, name: str) -> list[str]:
        """The raw fields of the first segment of that name; [] when there is none."""
        fields = self._fields.get(name)
        if fields is not None:
            return fields
        if self._index is None:
            self._index = {line[:3]: line for line in reversed(self._lines)}
        sep = self.rules.sep
        line = self._index.get(name)
        fields = line.split(sep) if line else []
        if fields[:1] != [name] and (fields or len(name) != 3):
            # Only an odd name (PIDX, Z1) is not told by its first three letters.
            every = (line.split(sep) for line in self._lines)
            fields = next((fields for fields in every if fields[0] == name), [])
        self._fields[name] = fields
        return fields

    def split_first(self, names: frozenset[str]) -> dict[str, list[str]]:
        """`fields_of` for several names of three letters in one pass; absent ones are left out."""
        fields, sep = self._fields, self.rules.sep
        for line in self._lines:
            name = line[:3]
            if name in names and name not in fields:
                cells = line.split(sep)
                if cells[0] == name:
                    fields[name] = cells
        return fields

    def first(self, name: str) -> Segment | None:
        """The first segment of that name."""
        fields = self.fields_of(name)
        return Segment(fields, self.rules) if fields else None

    def all(self, name: str) -> list[Segment]:
        """Every segment of that name, in order."""
        return [segment for segment in self.segments if segment.name == name]

    def value(
        self, name: str, field: int, component: int = 1, subcomponent: int = 1, repetition: int = 1
    ) -> str:
        """The unescaped text of one part of a field of the first segment of that name.

        "" when there is no such segment or part; `""` stays `""`. Numbers as `Segment.value`.
        """
        fields = self._fields.get(name)
        if fields is None:
            fields = self.fields_of(name)
        if field >= len(fields):
            return ""
        text = fields[field]
        # Delimiters are never letters or digits, so most values need no further look.
        if not text or (component == 1 == subcomponent == repetition and text.isalnum()):
            return text
        if field < 3 and name == "MSH":
            return text if component < 2 and subcomponent < 2 and repetition < 2 else ""
        return self.rules.part(text, component, subcomponent, repetition)

    def components(self, name: str, field: int) -> list[str]:
        """The first repetition of a field of the first segment of that name, by component.

        Unescaped, first sub-components; [] for an empty field. Cheaper than a `value` each.
        """
        fields = self._fields.get(name)
        if fields is None:
            fields = self.fields_of(name)
        if field >= len(fields):
            return []
        text = fields[field]
        if field < 3 and name == "MSH":
            return [text]
        return self.rules.components(text) if text else []

    def repetitions(self, name_or_segment: str | Segment, field: int) -> list[list[str]]:
        """`Segment.repetitions` of that segment, or of the first of that name."""
        if isinstance(name_or_segment, Segment):
            return name_or_segment.repetitions(field)
        fields = self.fields_of(name_or_segment)
        if field >= len(fields):
            return []
        if field < 3 and name_or_segment == "MSH":
            return [[fields[field]]]
        return self.rules.repetitions(fields[field])


def read_message(raw: bytes, *, default_charset: str = "utf-8") -> Message:
    """Read one message, in time linear in its length.

    raw: the message with or without MLLP bytes, byte order mark or blank lines around it;
    segments may end in CR, LF or CRLF. default_charset: used when MSH-18 is empty, in HL7's
    or Python's spelling.
    Raises Hl7Error, and nothing else on any bytes: no MSH at the start, delimiters that
    contradict each other, bytes outside the character set, a NUL, or a second MSH.
    """
    if raw.startswith(b"MSH"):
        # Nearly every message is UTF-8 or plain ASCII and says so or says nothing.
        try:
            text = raw.decode().rstrip(_TAIL)
        except UnicodeDecodeError:
            pass
        else:
            if "\n" in text:
                text = _with_cr(text)
            lines = text.split("\r")
            header = lines[0].split(text[3:4] or "|")
            declared = header[17] if len(header) > 17 else ""
            if declared == "UNICODE UTF-8" or (not declared and default_charset == "utf-8"):
                return _built(text, lines, header, "utf-8")
    text, codec = _text_of(raw, default_charset)
    text = _with_cr(text.rstrip(_TAIL))
    lines = text.split("\r")
    return _built(text, lines, lines[0].split(text[3:4] or "|"), codec)


def _with_cr(text: str) -> str:
    return text.replace("\r\n", "\r").replace("\n", "\r")


def _built(text: str, lines: list[str], header: list[str], codec: str) -> Message:
    """The message of these lines. header: MSH split, its separator not yet put in as MSH-1."""
    if "\0" in text:
        raise Hl7Error(f"a NUL character stands at character {text.index(chr(0))}")
    sep = text[3:4]
    if len(lines[0]) < 4:
        raise Hl7Error("the message ends after MSH: it names no field separator")
    # Searched from the end because that is the quicker way round for a string as short as this.
    if text.rfind("\rMSH") > 0 and any(line.startswith("MSH" + sep) for line in lines[1:]):
        raise Hl7Error("a second MSH segment follows: split the messages before reading them")
    header.insert(1, sep)
    return Message(lines, header, rules_for(sep, header[2] if len(header) > 2 else "", codec))


def _text_of(raw: bytes, default_charset: str) -> tuple[str, str]:
    """The message as text from MSH on, and the codec that read it."""
    start, charset = locate(raw)
    declared = None if charset else _declared(raw, start)
    codec = charset or declared or default_codec(default_charset)
    text = _decode(raw, start, codec, declared is not None or charset is not None)
    if not text.startswith("MSH"):
        text = text.lstrip("\ufeff\x0b\x1c \t\r\n")
        if not text.startswith("MSH"):
            raise Hl7Error("the message does not start with an MSH segment")
    return text, codec


def locate(raw: bytes) -> tuple[int, str | None]:
    """Where the text starts, and its codec when the bytes themselves show it.

    A byte order mark, or the NULs of UTF-16 and UTF-32, count for more than MSH-18.
    Raises Hl7Error when the bytes do not start with MSH.
    """
    if raw.startswith(b"MSH"):
        return 0, None
    start = len(raw) - len(raw.lstrip(_WRAPPING))
    for mark, codec in _BOMS:
        if raw.startswith(mark, start):
            if codec in WIDE:
                return start, codec
            start += len(mark)
            start += len(raw) - start - len(raw[start:].lstrip(_WRAPPING))
            if raw.startswith(b"MSH", start):
                return start, codec
    if raw.startswith(b"MSH", start):
        return start, None
    for pattern, codec in _UNMARKED:
        if raw.startswith(pattern, start):
            return start, codec
    if start == len(raw):
        raise Hl7Error("the message is empty")
    raise Hl7Error("the message does not start with an MSH segment")


def _declared(raw: bytes, start: int) -> str | None:
    """The codec that MSH-18 names, or None when MSH-18 is empty or absent."""
    end = raw.find(b"\r", start)
    header = raw[start:end] if end >= 0 else raw[start:]
    if b"\n" in header:
        header = header[: header.index(b"\n")]
    cells = header.split(header[3:4] or b"|", 18)
    if len(cells) < 18 or not cells[17]:
        return None
    codec = declared_codec(cells[17][:200], header[5:6])
    if codec in WIDE:
        raise Hl7Error("MSH-18 names a wide character set but the bytes are not of that width")
    return codec


def _decode(raw: bytes, start: int, codec: str, named: bool) -> str:
    try:
        return raw[start:].decode(codec)
    except UnicodeError as error:
        at = start + error.start if isinstance(error, UnicodeDecodeError) else start
        byte = raw[at : at + 1].hex().upper()
        why = "which the message names" if named else "and MSH-18 names no character set"
        raise Hl7Error(f"byte {byte} at offset {at} is not {codec.upper()}, {why}") from None

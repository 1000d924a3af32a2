"""A stored message for people: its segments and fields by name, and whom it names."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from homeward.gateway.domain.hl7 import Hl7Error, Hl7TimeError, Segment, parse_time, read_message
from homeward.gateway.domain.hl7.encoding import Rules, rules_for
from homeward.gateway.domain.hl7.message import split_fields
from homeward.gateway.domain.segment_names import TIMES, field_name, segment_name
from homeward.hospital.domain.events import person_key
from homeward.hospital.domain.nhs_number import is_valid

# What browsers and printers cannot show is drawn as the picture Unicode has of it.
_PICTURES = {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"} | {127: 0x2421}
_NHS = "NHS"
# Where patient numbers stand.
_NUMBERS = {"PID": 3, "MRG": 1}
_PROTECTED = 12
MOST_SEGMENTS = 400
MOST_FIELDS = 200
MOST_REPETITIONS = 50
LONGEST_VALUE = 1_000
MOST_CHARACTERS = 60_000


@dataclass(frozen=True, slots=True)
class ReadField:
    """One field that holds something. values: its repetitions, components set apart."""

    number: int
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadSegment:
    """One segment with the fields that hold something."""

    name: str
    title: str
    fields: tuple[ReadField, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a message names, as far as can be told without applying it.

    keys: keys that the people would have. nhs_numbers: valid ones. restricted: the message
    itself says that somebody is.
    """

    keys: tuple[UUID, ...]
    nhs_numbers: frozenset[str]
    restricted: bool


def segments_of(raw: bytes, *, default_charset: str = "utf-8") -> list[Segment]:
    """Every segment of a message; of one that cannot be read, what looks like segments."""
    try:
        return read_message(raw, default_charset=default_charset).segments
    except Hl7Error:
        return _what_looks_like_segments(raw)


def _what_looks_like_segments(raw: bytes) -> list[Segment]:
    # Without the NULs of UTF-16 its Latin letters can be read all the same.
    text = raw.replace(b"\0", b"").decode("latin-1")
    text = text[text.find("MSH") :] if "MSH" in text else ""
    separator = text[3:4]
    if not separator or separator.isalnum() or separator.isspace():
        return []
    lines = text.replace("\r\n", "\r").replace("\n", "\r").split("\r")
    rules = _rules(separator, [*lines[0].split(separator), ""][1])
    if rules is None:
        return []
    found = (line.strip("\x0b\x1c ") for line in lines)
    return [Segment(split_fields(line, separator), rules) for line in found if line]


def _rules(separator: str, declared: str) -> Rules | None:
    for characters in (declared, "^~\\&"):
        try:
            return rules_for(separator, characters, "latin-1")
        except Hl7Error:
            continue
    return None


def readable(segments: Iterable[Segment], zone: ZoneInfo) -> list[ReadSegment]:
    """Segments and fields with their names; fields that hold nothing are left out.

    zone: the feed's, in which moments without an offset are said.
    """
    return [
        ReadSegment(
            printable(segment.name[:8]),
            segment_name(segment.name),
            tuple(_fields(segment, zone)),
        )
        for segment in segments
    ]


def _fields(segment: Segment, zone: ZoneInfo) -> Iterable[ReadField]:
    times = TIMES.get(segment.name, frozenset())
    for number in range(1, min(len(segment.fields), MOST_FIELDS + 1)):
        values = tuple(_values(segment, number))
        if not values:
            continue
        if number in times:
            values = tuple(_with_moment(value, zone) for value in values)
        yield ReadField(number, field_name(segment.name, number), values)


def _values(segment: Segment, number: int) -> Iterable[str]:
    for components in segment.repetitions(number)[:MOST_REPETITIONS]:
        said = ", ".join(printable(part) for part in components if part)
        if len(said) > LONGEST_VALUE:
            said = f"{said[:LONGEST_VALUE]}… and {len(said) - LONGEST_VALUE:,} characters more"
        if said:
            yield said


def _with_moment(value: str, zone: ZoneInfo) -> str:
    """A moment as sent, and as people write it; what is no moment stays as it is."""
    try:
        stated = parse_time(value, zone)
    except Hl7TimeError:
        return value
    if stated is None:
        return value
    local = stated.at.astimezone(zone)
    day = f"{local.day} {local:%b} {local.year}"
    return f"{value} ({day})" if stated.date_only else f"{value} ({day}, {local:%H:%M})"


def raw_text(raw: bytes, *, default_charset: str = "utf-8") -> str:
    """The message as it arrived, a line for each segment, cut at MOST_CHARACTERS.

    Bytes that are not of its character set are shown as the replacement mark.
    """
    try:
        codec = read_message(raw, default_charset=default_charset).charset
    except Hl7Error:
        codec = "utf-8"
    text = raw.decode(codec, "replace").replace("\r\n", "\n").replace("\r", "\n")
    return printable(text[:MOST_CHARACTERS].strip("\x0b\x1c\n"))


def printable(text: str) -> str:
    """Text that a browser may be given: control characters become their pictures."""
    return text.translate(_PICTURES)


def named_in(segments: Iterable[Segment], *, organisation: str, local_authority: str) -> Named:
    """Whom the segments name, by every number in PID-3 and MRG-1.

    organisation: the ODS code that people's keys are made with. local_authority: the feed's.
    """
    segments = list(segments)
    numbers = [
        _Number.of(components)
        for segment in segments
        if segment.name in _NUMBERS
        for components in segment.repetitions(_NUMBERS[segment.name])
    ]
    sent = [number for number in numbers if number.value]
    nhs = {number.digits for number in sent if number.is_nhs and is_valid(number.digits)}
    own = local_authority or organisation
    keys = [
        person_key(organisation, (number.authority or own)[:60], number.value[:60])
        for number in sent
        if not number.is_nhs
    ]
    keys += [person_key(organisation, _NHS, digits) for digits in sorted(nhs)]
    restricted = any(
        segment.value(_PROTECTED).strip().upper() == "Y"
        for segment in segments
        if segment.name == "PD1"
    )
    return Named(tuple(dict.fromkeys(keys)), frozenset(nhs), restricted)


@dataclass(frozen=True, slots=True)
class _Number:
    """One patient number as sent; "" where nothing, or a deletion, was."""

    value: str
    authority: str
    kind: str

    @classmethod
    def of(cls, components: list[str]) -> "_Number":
        padded = (*components, *[""] * 5)
        parts = (padded[index].strip() for index in (0, 3, 4))
        return cls(*("" if part == '""' else part for part in parts))

    @property
    def is_nhs(self) -> bool:
        return self.authority == _NHS or self.kind == "NH"

    @property
    def digits(self) -> str:
        return self.value.replace(" ", "").replace("-", "")

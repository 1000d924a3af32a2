"""Messages by other people: each is read or refused, and two other readers see the same fields."""

import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import hl7
import pytest

from homeward.gateway.domain.hl7 import (
    Encoding,
    Hl7Error,
    Message,
    Segment,
    read_message,
    split_messages,
)
from tests.unit.gateway.hl7.peers import compared_parts, unescaped

with warnings.catch_warnings():
    # hl7apy's own modules use names that this Python deprecates.
    warnings.simplefilter("ignore")
    from hl7apy.consts import VALIDATION_LEVEL
    from hl7apy.core import Segment as ApySegment
    from hl7apy.parser import parse_message

SECONDS_A_MESSAGE = 1.0  # thousands of times what it takes; more means it hangs
APY_SAMPLE = 80  # hl7apy reads some twenty messages a second
# Not messages, by the endings of their names: tables, expected parses, pages.
OTHER_FILES = {".csv", ".json", ".yaml", ".yml", ".md", ".html", ".pdf"}


def raw_messages(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every message under a folder with a name for it; a file without MSH stands for itself."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix.lower() not in OTHER_FILES:
            data = path.read_bytes()
            for number, raw in enumerate(split_messages(data) or [data], 1):
                yield f"{path.relative_to(folder)} message {number}", raw


@pytest.fixture(scope="module")
def read(hl7_corpus: Path) -> list[tuple[str, Message, str]]:
    """The messages that can be read: name, message, and text without blank lines for peers."""
    found = []
    for name, raw in raw_messages(hl7_corpus):
        try:
            message = read_message(raw)
        except Hl7Error:
            continue
        text = raw.decode(message.charset).lstrip("\ufeff")
        lines = text.replace("\n", "\r").split("\r")
        found.append((name, message, "\r".join(line for line in lines if line.strip())))
    return found


def test_every_message_is_read_or_refused_and_soon(hl7_corpus):
    counts = {"read": 0, "refused": 0}
    for name, raw in raw_messages(hl7_corpus):
        began = time.process_time()
        try:
            message = read_message(raw)
        except Hl7Error as refusal:
            counts["refused"] += 1
            print(f"refused: {name}: {refusal.text}")
        else:
            counts["read"] += 1
            assert message.segments[0].name == "MSH", name
            for segment in message.segments:
                for number in range(1, len(segment.fields)):
                    segment.repetitions(number)
        assert time.process_time() - began < SECONDS_A_MESSAGE, name
    print(f"{counts['read']} read, {counts['refused']} refused")
    assert sum(counts.values()) > 0, f"no message in {hl7_corpus}"


def test_every_field_agrees_with_python_hl7(read):
    """Raw fields, and their components by repetition. Two differences are allowed for:

    python-hl7 takes white space and empty fields off a line's end; and it takes MSH-2 at its
    word where we see through a slip (`^~\\\\&` or `^~&`), so there only raw fields are compared.
    """
    compared = 0
    for name, message, text in read:
        try:
            theirs = hl7.parse(text)
        except Exception as refusal:
            print(f"python-hl7 refuses {name}: {type(refusal).__name__}")
            continue
        assert len(theirs) == len(message.segments), name
        for their_segment, our_segment in zip(theirs, message.segments, strict=True):
            place = f"{name} {our_segment.name}"
            their_fields = [str(field) for field in their_segment]
            assert without_tail(their_fields) == without_tail(our_segment.fields), place
            if message.value("MSH", 2) != message.encoding.characters:
                continue
            for number, their_parts, our_parts in compared_parts(their_segment, our_segment):
                compared += 1
                expected = unescaped(their_parts, message)
                if number == len(our_segment.fields) - 1:
                    assert tidy(expected) == tidy(our_parts), f"{place}-{number}"
                else:
                    assert expected == our_parts, f"{place}-{number}"
    print(f"{compared} fields of {len(read)} messages compared")


def without_tail(fields: list[str]) -> list[str]:
    fields = [*fields[:-1], fields[-1].rstrip()]
    while fields and not fields[-1]:
        fields = fields[:-1]
    return fields


def tidy(parts: list[list[str]]) -> list[list[str]]:
    tidied = [[part.rstrip() for part in row] for row in parts]
    return tidied if tidied != [[""]] else []


def test_fields_of_a_sample_agree_with_hl7apy(read):
    """Every text hl7apy finds in a field is in ours and the other way round.

    hl7apy rewrites what it reads, so these differences are of its making and are allowed for:
    it takes white space off a line's end and drops empty parts; it puts parts that its tables
    lack for the message's version last in their field, or keeps a whole such field without its
    number (EVN-1 from 2.7 on, late PRT and OBX fields); it writes 0010 as 10, and .5 as 0.5; it
    escapes once more an escape character that begins no escape it knows.
    Order and empty parts are what the comparison with python-hl7 holds.
    """
    compared = 0
    for name, message, text in read[:: max(1, len(read) // APY_SAMPLE)]:
        try:
            theirs = parse_message(
                text, validation_level=VALIDATION_LEVEL.TOLERANT, find_groups=False
            )
        except Exception as refusal:
            print(f"hl7apy refuses {name}: {type(refusal).__name__}")
            continue
        for their_segment, our_segment in zip(theirs.children, message.segments, strict=True):
            compared += compare_segment(name, their_segment, our_segment)
    print(f"{compared} fields compared")
    assert compared > 0


def compare_segment(name: str, theirs: ApySegment, ours: Segment) -> int:
    """Assert that two readings of a segment hold the same texts; returns how many fields."""
    numbered, unnumbered = apy_fields(theirs, ours.encoding)
    first_data_field = 3 if ours.name == "MSH" else 1
    for number in range(first_data_field, len(ours.fields)):
        found = leaves(ours.field(number), ours.encoding)
        place = f"{name} {ours.name}-{number}"
        if number in numbered:
            assert numbered[number] == found, place
        elif found:
            assert all(leaf in unnumbered for leaf in found), place
    return len(ours.fields) - first_data_field


def apy_fields(segment: ApySegment, encoding: Encoding) -> tuple[dict[int, list[str]], list[str]]:
    """hl7apy's texts by field number, and those it keeps without one."""
    numbered: dict[int, list[str]] = {}
    unnumbered: list[str] = []
    for field in segment.children:
        found = leaves(field.to_er7(), encoding)
        number = (field.name or "").rpartition("_")[2]
        if number.isdigit():
            numbered[int(number)] = sorted(numbered.get(int(number), []) + found)
        else:
            unnumbered += found
    return numbered, unnumbered


def leaves(text: str, encoding: Encoding) -> list[str]:
    """The texts in a raw field without empty ones, sorted, numbers in one spelling."""
    escape = encoding.escape
    if escape:
        text = text.replace(f"{escape}E{escape}", escape)
    for delimiter in (encoding.component, encoding.subcomponent):
        if delimiter:
            text = text.replace(delimiter, encoding.repetition)
    parts = (part.strip() for part in text.split(encoding.repetition or None))
    return sorted(str(float(part)) if is_number(part) else part for part in parts if part)


def is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal() and len(text) < 16

"""A stored message as people read it."""

from zoneinfo import ZoneInfo

import pytest

from homeward.gateway.domain.readable import (
    LONGEST_VALUE,
    MOST_CHARACTERS,
    named_in,
    printable,
    raw_text,
    readable,
    segments_of,
)
from homeward.gateway.domain.segment_names import FIELDS, SEGMENTS, TIMES, field_name, segment_name
from homeward.hospital.domain.events import person_key

LONDON = ZoneInfo("Europe/London")
MESSAGE = (
    b"MSH|^~\\&|PAS|R0A|HOMEWARD|R0A|20260801101500||ADT^A02|C1|P|2.5.1\r"
    b"EVN|A02|20260801101500\r"
    b"PID|1||633^^^R0A^MR~943 476 5919^^^NHS^NH||O\\T\\TOOLE^Ada^^^Mrs||19400512|F\r"
    b"PV1|1|I|W12^B2^04^R0A09\r"
    b"ZXX|own\r"
)


def fields(raw: bytes) -> dict[str, tuple[str, ...]]:
    found = readable(segments_of(raw), LONDON)
    return {f"{s.name}-{f.number}": f.values for s in found for f in s.fields}


def test_fields_with_their_repetitions_and_components():
    found = fields(MESSAGE)
    assert found["PID-3"] == ("633, R0A, MR", "943 476 5919, NHS, NH")
    assert found["PID-5"] == ("O&TOOLE, Ada, Mrs",)
    assert found["PV1-3"] == ("W12, B2, 04, R0A09",)
    assert "PID-4" not in found


def test_moments_are_said_as_people_write_them():
    found = fields(MESSAGE)
    assert found["MSH-7"] == ("20260801101500 (1 Aug 2026, 10:15)",)
    assert found["PID-7"] == ("19400512 (12 May 1940)",)


def test_what_is_no_moment_stays_as_it_came():
    assert fields(MESSAGE.replace(b"19400512", b"unknown"))["PID-7"] == ("unknown",)


def test_segments_have_names():
    names = [(s.name, s.title) for s in readable(segments_of(MESSAGE), LONDON)]
    assert names[2] == ("PID", "Who the patient is")
    assert names[4] == ("ZXX", "The sender's own segment")
    assert segment_name("ZAP") == "The sender's own segment"
    assert segment_name("QRD") == "Not read by Homeward"
    assert field_name("PV1", 44) == "Admitted at"
    assert field_name("PV1", 99) == field_name("QRD", 1) == ""


def test_every_named_field_belongs_to_a_named_segment():
    assert set(FIELDS) <= set(SEGMENTS)
    assert all(FIELDS[segment].keys() >= numbers for segment, numbers in TIMES.items())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        b"MSH",
        b"MSHX",
        b"MSH||||",
        b"MSH^^^^\rPID^1",
        b"\x00\x01\xff",
        b"MSH|^~\\&|\xff\rPID|||1",
        b"MSH|^~\\&|\rMSH|^~\\&|",
        b"PID|||1^^^R0A",
    ],
)
def test_no_bytes_upset_it(raw):
    found = readable(segments_of(raw), LONDON)
    named_in(segments_of(raw), organisation="R0A", local_authority="")
    shown = raw_text(raw) + "".join(v for s in found for f in s.fields for v in f.values)
    assert not any(ord(letter) < 32 and letter not in "\n\t" for letter in shown)


def test_an_unreadable_message_is_taken_apart_as_far_as_can_be():
    broken = MESSAGE.replace(b"Ada", b"Ad\xff")
    assert fields(broken)["PID-3"] == ("633, R0A, MR", "943 476 5919, NHS, NH")


def test_a_message_in_utf_16_is_taken_apart():
    assert fields(MESSAGE.decode().encode("utf-16-le")[:-1])["PV1-3"][0].startswith("W12")


def test_long_values_and_texts_are_cut():
    long = MESSAGE.replace(b"own", b"x" * (MOST_CHARACTERS + 10))
    [value] = fields(long)["ZXX-1"]
    assert value.startswith("x" * LONGEST_VALUE + "…")
    assert len(value) < LONGEST_VALUE + 60
    assert len(raw_text(long)) == MOST_CHARACTERS


def test_raw_text_has_a_line_for_each_segment():
    assert raw_text(MESSAGE).splitlines()[1] == "EVN|A02|20260801101500"
    assert raw_text(b"\x0b" + MESSAGE + b"\x1c\r").count("\n") == 4


def test_control_characters_become_pictures():
    assert printable("a\x00b\x0bc\x7f\n") == "a␀b␋c␡\n"


def test_named_in_gives_the_keys_people_would_have():
    merge = MESSAGE.replace(b"ZXX|own", b'MRG|12^^^R0A~""~^^^R0A')
    named = named_in(segments_of(merge), organisation="R0A", local_authority="")
    assert named.keys == (
        person_key("R0A", "R0A", "633"),
        person_key("R0A", "R0A", "12"),
        person_key("R0A", "NHS", "9434765919"),
    )
    assert named.nhs_numbers == {"9434765919"}
    assert not named.restricted


def test_named_in_uses_the_feeds_authority_where_none_is_sent():
    bare = MESSAGE.replace(b"633^^^R0A^MR", b"633")
    named = named_in(segments_of(bare), organisation="R0A", local_authority="PAS")
    assert named.keys[0] == person_key("R0A", "PAS", "633")


def test_named_in_leaves_out_nhs_numbers_that_cannot_be():
    wrong = MESSAGE.replace(b"943 476 5919", b"943 476 5918")
    assert named_in(segments_of(wrong), organisation="R0A", local_authority="").nhs_numbers == set()


@pytest.mark.parametrize(("sent", "restricted"), [(b"Y", True), (b"y", True), (b"N", False)])
def test_named_in_tells_a_restricted_person(sent, restricted):
    text = MESSAGE.replace(b"ZXX|own", b"PD1" + b"|" * 12 + sent)
    named = named_in(segments_of(text), organisation="R0A", local_authority="")
    assert named.restricted is restricted

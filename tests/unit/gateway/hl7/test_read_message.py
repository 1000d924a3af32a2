"""Reading one message: what stands where, and what is refused."""

import pytest

from homeward.gateway.domain.hl7 import Encoding, Hl7Error, read_message
from tests.support.cases import read_cases
from tests.unit.gateway.hl7.samples import ADMISSION, message

CASES = """
segment ; field ; component ; subcomponent ; repetition ; text
MSH     ; 1     ; 1         ; 1            ; 1          ; |
MSH     ; 2     ; 1         ; 1            ; 1          ; ^~\\&
MSH     ; 3     ; 1         ; 1            ; 1          ; PAS
MSH     ; 9     ; 2         ; 1            ; 1          ; A01
EVN     ; 6     ; 1         ; 1            ; 1          ; 20260105100500
PID     ; 3     ; 1         ; 1            ; 1          ; 633841
PID     ; 3     ; 5         ; 1            ; 1          ; MR
PID     ; 3     ; 1         ; 1            ; 2          ; 9449305552
PID     ; 3     ; 1         ; 1            ; 3          ;
PID     ; 5     ; 1         ; 1            ; 1          ; O&Hara
PID     ; 5     ; 2         ; 1            ; 1          ; Amelia
PID     ; 5     ; 2         ; 2            ; 1          ; van
PID     ; 5     ; 2         ; 0            ; 1          ; Amelia&van
PID     ; 5     ; 9         ; 1            ; 1          ;
PID     ; 7     ; 2         ; 1            ; 1          ;
PID     ; 99    ; 1         ; 1            ; 1          ;
PV1     ; 3     ; 0         ; 1            ; 1          ; W12^B3^2^RX001
PV1     ; 6     ; 1         ; 1            ; 1          ; ""
NK1     ; 2     ; 1         ; 1            ; 1          ; First
ZZZ     ; 1     ; 1         ; 1            ; 1          ;
""".replace("|", "BAR").replace(";", "|")


@pytest.mark.parametrize(
    ("segment", "field", "component", "subcomponent", "repetition", "text"),
    read_cases(CASES, field=int, component=int, subcomponent=int, repetition=int),
)
def test_value_finds_each_part(segment, field, component, subcomponent, repetition, text):
    found = read_message(ADMISSION.encode())
    text = text.replace("BAR", "|")
    assert found.value(segment, field, component, subcomponent, repetition) == text
    first = found.first(segment)
    if first is not None:
        assert first.value(field, component, subcomponent, repetition) == text


def test_repetitions_are_split_into_components():
    found = read_message(ADMISSION.encode())
    expected = [["633841", "", "", "RX0", "MR"], ["9449305552", "", "", "NHS", "NH"]]
    assert found.repetitions("PID", 3) == expected
    assert found.repetitions(found.all("PID")[0], 3) == expected
    assert found.repetitions("PID", 2) == []
    assert found.repetitions("ZZZ", 2) == []
    assert found.repetitions("PID", 5) == [["O&Hara", "Amelia", "Jane"]]


def test_components_are_those_of_the_first_repetition():
    found = read_message(ADMISSION.encode())
    assert found.components("PID", 3) == ["633841", "", "", "RX0", "MR"]
    assert found.components("PID", 5) == ["O&Hara", "Amelia", "Jane"]
    assert found.components("PID", 99) == found.components("PID", 2) == []
    assert found.components("MSH", 2) == ["^~\\&"]


def test_segments_keep_their_order_and_raw_fields():
    found = read_message(ADMISSION.encode())
    assert [s.name for s in found.segments] == ["MSH", "EVN", "PID", "PV1", "NK1", "NK1"]
    assert [s.field(2) for s in found.all("NK1")] == ["First", "Second"]
    assert found.segments[2].field(5) == "O\\T\\Hara^Amelia&van^Jane"
    assert found.segments[2].field(30, default="absent") == "absent"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\r", "\n\n"])
def test_any_line_end_will_do(end):
    found = read_message((ADMISSION.replace("\r", end) + end).encode())
    assert [s.name for s in found.segments] == ["MSH", "EVN", "PID", "PV1", "NK1", "NK1"]
    assert found.value("PV1", 3, 4) == "RX001"


@pytest.mark.parametrize("before", [b"\x0b", b"\xef\xbb\xbf", b"\r\n\r\n", b" \x0b\xef\xbb\xbf\n"])
def test_wrapping_around_the_message_is_no_part_of_it(before):
    found = read_message(before + ADMISSION.encode() + b"\r\x1c\r")
    assert found.value("MSH", 3) == "PAS"
    assert found.segments[-1].field(2) == "Second"


def test_delimiters_come_from_the_message():
    found = read_message(b"MSH$%*!@$PAS\rPID$$$1%2@3*4$!S!$a|b^c")
    assert found.encoding == Encoding("$", "%", "*", "!", "@")
    assert found.repetitions("PID", 3) == [["1", "2"], ["4"]]
    assert found.value("PID", 3, 2, 2) == "3"
    assert found.value("PID", 4) == "%"
    assert found.value("PID", 5) == "a|b^c"


@pytest.mark.parametrize(
    ("characters", "expected"),
    [
        ("^~\\&#", Encoding(truncation="#")),
        ("^~\\\\&", Encoding()),
        ("^~\\\\&#", Encoding(truncation="#")),
        ("^~&", Encoding(escape="")),
        ("^~\\", Encoding(subcomponent="")),
        ("^", Encoding(repetition="", escape="", subcomponent="")),
    ],
)
def test_encoding_characters_may_be_fewer_or_more_than_four(characters, expected):
    assert read_message(message(header=f"MSH|{characters}|PAS")).encoding == expected


def test_a_delimiter_that_is_not_declared_is_data():
    found = read_message(message("PID|a~b&c\\T\\^d", header="MSH|^|PAS"))
    assert found.value("PID", 1) == "a~b&c\\T\\"
    assert found.value("PID", 1, 2) == "d"


def test_a_name_that_only_begins_like_another_is_not_taken_for_it():
    found = read_message(message("PIDX|odd", "PID|right", "Z1|short", "PV1"))
    assert found.value("PID", 1) == "right"
    assert found.value("PIDX", 1) == "odd"
    assert found.value("Z1", 1) == "short"
    assert found.first("PV1") is not None
    assert found.first("PV2") is None


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "empty"),
        (b" \r\n\x0b\x1c\r", "empty"),
        (b"PID|1", "does not start with an MSH"),
        (b"\xff\xfeP\0I\0D\0", "does not start with an MSH"),
        (b"MSH", "ends after MSH"),
        (b"MSH\rPID|1", "ends after MSH"),
        (b"MSHX^~\\&X", "cannot be a delimiter"),
        (b"MSH||PAS", "MSH-2 "),
        (b"MSH|", "MSH-2 is empty"),
        ("MSH|^§\\&|".encode(), "cannot be a delimiter"),
        (b"MSH|^^\\&|", "two things"),
        (b"MSH|^~\\&#$|", "at most 5"),
        (b"MSH|^~\\r|", "cannot be a delimiter"),
        (b"MSH|^~\\&|\0", "NUL"),
        (b"MSH|^~\\&|a\rPID|1\rMSH|^~\\&|b", "second MSH"),
        (b"MSH|^~\\&|a\nMSH|^~\\&|b", "second MSH"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(raw, why):
    with pytest.raises(Hl7Error, match=why) as caught:
        read_message(raw)
    assert "\n" not in caught.value.text


def test_text_that_merely_mentions_msh_is_no_second_message():
    found = read_message(message("NTE|1||see MSH|x", "MSHA|odd"))
    assert found.value("NTE", 3) == "see MSH"

"""What holds of the HL7 reader on any input."""

import io
import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import hl7
from hypothesis import given
from hypothesis import strategies as st

from homeward.gateway.domain.hl7 import (
    Encoding,
    Frame,
    FrameReader,
    Hl7Error,
    Hl7TimeError,
    Picker,
    TooBig,
    build_ack,
    escape,
    frame,
    iter_messages,
    parse_time,
    read_message,
    split_messages,
    unescape,
)
from tests.fuzz import fuzz_hl7
from tests.unit.gateway.hl7.peers import compared_parts

AT = datetime(2026, 1, 5, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
PIECES = [
    b"MSH|^~\\&|", b"MSH", b"PID|", b"FHS|", b"BTS|1", b"|", b"^", b"~", b"\\", b"&", b"\r", b"\n",
    b"\x0b", b"\x1c", b"\x1c\r", b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"\\X0D\\", b"\\XFF\\",
    b"\\T\\", b'""', b"8859/1", b"UNICODE UTF-16", b"ADT^A01", b"20240331013000",
]  # fmt: skip
# Bytes at random are rarely anything like a message, so pieces of messages are mixed in.
soup = st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=40).map(b"".join)
headed = soup.map(lambda tail: b"MSH|^~\\&|" + tail)
anything = soup | headed | st.binary(max_size=300)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=40)
encodings = st.permutations(list("|^~\\&$%*!@#")).map(lambda chars: Encoding(*chars[:6]))
PICKER = Picker(values={"PID": (1, 5), "MSH": (9,)}, repetitions={"PID": (3,)})


@given(anything)
def test_any_bytes_are_read_or_refused(raw):
    try:
        found = read_message(raw)
    except Hl7Error:
        return
    for segment in found.segments:
        for number in range(len(segment.fields) + 1):
            segment.value(number)
            assert "\0" not in segment.value(number, 0, 0, 0)
            segment.repetitions(number)
    assert found.first("MSH").fields == found.segments[0].fields
    PICKER.pick(found)


def test_the_fuzz_target_stands_its_seeds_and_their_mutations():
    random_ = random.Random(20260105)
    for seed in fuzz_hl7.SEEDS:
        fuzz_hl7.one_input(seed)
    for _ in range(500):
        fuzz_hl7.one_input(fuzz_hl7.mutated(random_, fuzz_hl7.SEEDS))


@given(anything)
def test_any_bytes_get_a_reply_that_reads_and_fits_a_frame(raw):
    try:
        incoming = read_message(raw)
    except Hl7Error:
        incoming = raw
    reply = build_ack(incoming, "AR", at=AT, control_id="H-1")
    assert frame(reply)
    assert read_message(reply, default_charset="latin1").value("MSA", 1) == "AR"


@given(anything, st.integers(1, 20))
def test_a_file_splits_alike_whole_and_in_chunks(data, chunk_bytes):
    whole = split_messages(data)
    if not data.startswith((b"\xff\xfe", b"\xfe\xff", b"M\0", b"\0M")):
        assert all(message.startswith(b"MSH") for message in whole)
        assert list(iter_messages(io.BytesIO(data), chunk_bytes=chunk_bytes)) == whole


@given(st.text(max_size=30) | st.text("0123456789.+-", max_size=26))
def test_any_text_is_a_time_or_refused(text):
    try:
        found = parse_time(text, LONDON)
    except Hl7TimeError:
        return
    assert found is None or found.at.tzinfo is UTC


@given(texts, encodings, st.sampled_from(["utf-8", "utf-16", "utf-16-le", "gb18030"]))
def test_escaped_text_comes_back_and_holds_no_delimiter(text, encoding, charset):
    safe = escape(text, encoding, charset)
    assert unescape(safe, encoding, charset) == text
    assert not set(safe) & (set(encoding.characters + encoding.field) - {encoding.escape})
    assert not set(safe) & set("\r\n")


@given(st.lists(st.lists(texts, min_size=1, max_size=4), min_size=1, max_size=4))
def test_what_is_written_into_a_message_is_read_from_it(people):
    names = "~".join("^".join(escape(part) for part in person) for person in people)
    found = read_message(f"MSH|^~\\&|PAS\rPID|1||||{names}|x".encode())
    if names:
        assert found.repetitions("PID", 5) == people
        assert found.components("PID", 5) == people[0]
    for number, person in enumerate(people, 1):
        for position, part in enumerate(person, 1):
            assert found.value("PID", 5, position, 1, number) == part


@given(soup | st.lists(soup.map(lambda p: b"\x0b" + p + b"\x1c\r")).map(b"".join), st.data())
def test_frames_do_not_depend_on_how_the_stream_is_cut(stream, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    whole = [e for e in FrameReader(30).feed(stream) if isinstance(e, Frame | TooBig)]
    reader = FrameReader(30)
    found = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += [e for e in reader.feed(stream[start:end]) if isinstance(e, Frame | TooBig)]
        assert len(reader._buffer) <= 31
    assert found == whole


@given(st.lists(st.binary(max_size=20).filter(lambda p: b"\x1c" not in p and b"\x0b" not in p)))
def test_what_is_framed_comes_out(payloads):
    stream = b"".join(frame(payload) for payload in payloads)
    assert FrameReader(20).feed(stream) == [Frame(payload) for payload in payloads]


plain = st.text("abcXYZ019 .-'", max_size=6).map(str.strip)
components = st.lists(st.lists(plain, max_size=3).map("&".join), max_size=4).map("^".join)
fields = st.lists(components, max_size=3).map("~".join)
segments = st.tuples(st.sampled_from(["PID", "PV1", "ZZ1"]), st.lists(fields, min_size=1)).map(
    lambda parts: "|".join([parts[0], *parts[1]])
)


@given(st.lists(segments, max_size=5))
def test_fields_agree_with_python_hl7(lines):
    text = "\r".join(["MSH|^~\\&|PAS|RX0", *lines])
    theirs = hl7.parse(text)
    ours = read_message(text.encode()).segments
    assert [[str(field) for field in segment] for segment in theirs] == [
        segment.fields for segment in ours
    ]
    for their_segment, our_segment in zip(theirs, ours, strict=True):
        for number, theirs_parts, our_parts in compared_parts(their_segment, our_segment):
            assert theirs_parts == our_parts, number


@given(st.lists(fields | fields.map(lambda text: text.replace("a", "\\T\\")), max_size=3))
def test_the_picker_gives_what_asking_one_by_one_gives(wanted):
    found = read_message("\r".join(["MSH|^~\\&|PAS", "|".join(["PID", *wanted])]).encode())
    numbers = (1, 2, 3)
    every = {"PID": numbers}
    assert Picker(values=every, components=every, repetitions=every).pick(found) == (
        [found.value("PID", number) for number in numbers],
        [found.components("PID", number) for number in numbers],
        [found.repetitions("PID", number) for number in numbers],
    )

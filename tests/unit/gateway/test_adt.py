"""From HL7 text to what happened: triggers, times and what cannot be used."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.gateway.domain.adt import (
    TRIGGERS,
    Reading,
    check_for_us,
    read_message_events,
)
from homeward.gateway.domain.errors import NotForUs, Unusable
from homeward.gateway.domain.hl7 import Hl7Error, read_message
from homeward.gateway.domain.settings import FeedSettings
from homeward.hospital.domain.events import Kind, Place, person_key, spell_key
from tests.support.cases import read_cases

SETTINGS = FeedSettings(name="pas", organisation="ZT1", local_authority="ZT1")
HEARD = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PID = "PID|1||H1^^^ZT1^MR||Example^Ada"
PV1 = "PV1|1|I|ASH^B1^01^ZT101||||||||||||||||V1"


def text(
    trigger="A01", *, evn="EVN|{t}|20261122100000||||20261122100000", pid=PID, pv1=PV1, extra=()
):
    lines = [
        f"MSH|^~\\&|PAS|ZT1|HOMEWARD|ZT1|20261122100000||ADT^{trigger}|C1|P|2.5.1",
        evn.format(t=trigger),
        pid,
        pv1,
        *extra,
    ]
    return "\r".join(line for line in lines if line)


def read(source, settings=SETTINGS, heard_at=HEARD):
    return read_message_events(
        read_message(source.encode()), settings, receipt=7, heard_at=heard_at
    )


def event(source, settings=SETTINGS):
    [found] = read(source, settings).events
    return found


KINDS = """
trigger | kind
A01 | admit
A02 | transfer
A03 | discharge
A04 | register
A05 | plan
A06 | to_inpatient
A07 | to_outpatient
A08 | update
A09 | update
A10 | update
A11 | cancel_admit
A12 | cancel_transfer
A13 | cancel_discharge
A14 | plan
A15 | pending
A16 | pending
A21 | leave
A22 | return
A23 | delete_visit
A25 | cancel_pending
A26 | cancel_pending
A27 | cancel_pending
A28 | person
A29 | delete_person
A31 | person
A38 | cancel_pending
A49 | person
A52 | cancel_leave
A53 | cancel_return
A54 | update
A55 | update
"""


@pytest.mark.parametrize(("trigger", "kind"), read_cases(KINDS))
def test_what_a_trigger_means(trigger, kind):
    assert event(text(trigger)).kind == kind


LINKS = """
trigger | kind
A18 | merge_person
A34 | merge_person
A36 | merge_person
A40 | merge_person
A47 | change_id
A35 | merge_visit
A41 | merge_visit
A42 | merge_visit
A44 | move_visit
A45 | move_visit
A50 | rename_visit
"""


@pytest.mark.parametrize(("trigger", "kind"), read_cases(LINKS))
def test_what_a_link_means(trigger, kind):
    found = event(text(trigger, extra=("MRG|H2^^^ZT1^MR||||V2",)))
    assert found.kind == kind
    names_people = kind in ("merge_person", "change_id", "move_visit")
    assert found.others == ((person_key("ZT1", "ZT1", "H2"),) if names_people else ())
    names_visits = kind not in ("merge_person", "change_id")
    assert found.other_spells == ((spell_key("ZT1", "V2"),) if names_visits else ())


def test_every_event_the_hub_consumes_is_read():
    consumed = [*range(1, 9), *range(11, 18), *range(21, 24), *range(25, 30)[:3], 28, 29, 31]
    consumed += [34, 35, 36, 40, 41, 42, 44, 45, 47, 49, 52, 53]
    assert {f"A{number:02}" for number in consumed} <= set(TRIGGERS)


def test_an_event_holds_what_the_message_states():
    found = event(text("A01"))
    assert (found.trigger, found.receipt, found.index) == ("A01", 7, 0)
    assert found.person == person_key("ZT1", "ZT1", "H1")
    assert found.spell == spell_key("ZT1", "V1")
    assert found.place == Place("ZT101", "ASH", "B1", "01")
    assert found.heard_at == HEARD


def test_the_trigger_may_stand_in_the_event_segment_alone():
    source = text("A02").replace("ADT^A02", "ADT")
    assert event(source).kind is Kind.TRANSFER


TIMES = """
EVN-2          | EVN-6          | at             | recorded
20261122110000 | 20261122100000 | 22 Nov 10:00   | 22 Nov 11:00
20261122110000 |                | 22 Nov 11:00   | 22 Nov 11:00
               | 20261122100000 | 22 Nov 10:00   |
               |                | 22 Nov 10:00   |
20261122110000 | ""             | 22 Nov 11:00   | 22 Nov 11:00
20260722110000 | 20260722100000 | 22 Jul 09:00   | 22 Jul 10:00
20260722110000 | 20260722100000+0000 | 22 Jul 10:00 | 22 Jul 10:00
20261025003000 | 20261025003000 | 24 Oct 23:30   | 24 Oct 23:30
20261025013000 | 20261025013000 | 25 Oct 00:30   | 25 Oct 00:30
20261025023000 | 20261025023000 | 25 Oct 02:30   | 25 Oct 02:30
20260329003000 | 20260329003000 | 29 Mar 00:30   | 29 Mar 00:30
20260329013000 | 20260329013000 | 29 Mar 01:30   | 29 Mar 01:30
20260329023000 | 20260329023000 | 29 Mar 01:30   | 29 Mar 01:30
"""


@pytest.mark.parametrize(("recorded", "occurred", "at", "known"), read_cases(TIMES))
def test_when_it_happened(recorded, occurred, at, known):
    found = event(text(evn=f"EVN|A01|{recorded}||||{occurred}"))
    assert f"{found.at:%d %b %H:%M}" == at
    assert (f"{found.recorded_at:%d %b %H:%M}" if found.recorded_at else "") == known


def test_a_message_without_any_time_happened_when_it_was_heard():
    source = text(evn="EVN|A01").replace("|20261122100000||ADT", "|||ADT")
    assert event(source).at == HEARD


def test_a_useless_message_time_is_no_fault_when_the_event_has_its_own():
    source = text().replace("|20261122100000||ADT", "|now||ADT")
    assert event(source).at == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


ADMISSIONS = """
event time     | PV1-44         | admitted
20261122100000 | 20261122093000 | 22 09:30
20261122100000 | 20261122       |
20261122100000 | 20261121       | 21 00:00
20261122100000 |                |
20261122100000 | ""             |
20261025030000 | 20261025013000 | 25 00:30
20261122100000 | 19271122100000 | 22 10:00
"""


@pytest.mark.parametrize(("at", "stated", "expected"), read_cases(ADMISSIONS))
def test_when_they_were_admitted(at, stated, expected):
    pv1 = PV1 + "|" * 25 + stated
    found = event(text(evn=f"EVN|A01|{at}||||{at}", pv1=pv1))
    assert (f"{found.admitted_at:%d %H:%M}" if found.admitted_at else "") == expected


def test_a_date_without_a_time_is_left_aside_on_the_day_itself_by_the_feeds_clock():
    pv1 = PV1 + "|" * 25 + "20260722"
    # 00:30 of the 22nd in London is still the 21st in UTC.
    assert event(text(evn="EVN|A01|20260722003000", pv1=pv1)).admitted_at is None


UNUSABLE = """
what is wrong            | cause              | where
no PID                   | no_pid             | PID 0
no identifier            | no_identifier      | PID 3
no visit number          | no_visit_number    | PV1 19
no PV1                   | no_visit_number    | PV1 19
admission is no time     | bad_time           | PV1 44
discharge is no time     | bad_time           | PV1 45
event is no time         | bad_time           | EVN 6
recorded is no time      | bad_time           | EVN 2
an event in two days     | impossible_time    | EVN 6
an event in 1899         | impossible_time    | EVN 6
an admission in 1066     | impossible_time    | PV1 44
a discharge in 1066      | impossible_time    | PV1 45
a discharge next year    | impossible_time    | PV1 45
a merge without MRG      | no_mrg             | MRG 0
a merge with an empty MRG | no_identifier     | MRG 1
no message type          | no_message_type    | MSH 9
"""
WRONG = {
    "no PID": text(pid=""),
    "no identifier": text(pid="PID|1||^^^ZT1^MR||Example"),
    "no visit number": text(pv1="PV1|1|I|ASH"),
    "no PV1": text(pv1=""),
    "admission is no time": text(pv1=PV1 + "|" * 25 + "soon"),
    "discharge is no time": text("A03", pv1=PV1 + "|" * 26 + "20261322"),
    "event is no time": text(evn="EVN|A01|20261122100000||||x"),
    "recorded is no time": text(evn="EVN|A01|x||||20261122100000"),
    "an event in two days": text(evn="EVN|A01|20261122100000||||20261124100000"),
    "an event in 1899": text(evn="EVN|A01|20261122100000||||18991124100000"),
    "an admission in 1066": text(pv1=PV1 + "|" * 25 + "10661014090000"),
    "a discharge in 1066": text("A03", pv1=PV1 + "|" * 26 + "10661014090000"),
    "a discharge next year": text("A03", pv1=PV1 + "|" * 26 + "20271122100000"),
    "a merge without MRG": text("A40"),
    "a merge with an empty MRG": text("A40", extra=("MRG|",)),
    "no message type": text().replace("ADT^A01", ""),
}


@pytest.mark.parametrize(("what", "cause", "where"), read_cases(UNUSABLE))
def test_what_cannot_be_used_says_why_and_where(what, cause, where):
    with pytest.raises(Unusable) as refused:
        read(WRONG[what])
    assert refused.value.cause == cause
    assert f"{refused.value.segment} {refused.value.field}" == where


def test_a_clock_a_little_ahead_is_believed():
    at = HEARD + timedelta(hours=23)
    assert event(text(evn=f"EVN|A01|{at:%Y%m%d%H%M%S}")).at == at


def test_an_update_without_a_visit_is_about_the_person():
    assert event(text("A08", pv1="")).kind is Kind.PERSON
    assert event(text("A08", pv1="PV1|1|N")).kind is Kind.PERSON


def test_a_visit_without_a_number_is_known_by_its_admission():
    found = event(text(pv1="PV1|1|I|ASH" + "|" * 41 + "20261122093000"))
    assert found.visit_number == "H1@20261122093000"


def test_a_swap_speaks_of_two_people():
    second = ("PID|1||H2^^^ZT1^MR", "PV1|1|I|OAK^B1^02||||||||||||||||V2")
    first, other = read(text("A17", extra=second)).events
    assert (first.kind, other.kind) == (Kind.TRANSFER, Kind.TRANSFER)
    assert (first.place.ward, other.place.ward) == ("ASH", "OAK")
    assert (first.index, other.index) == (0, 1)
    assert first.person != other.person


def test_a_merge_may_name_several_people():
    again = ("MRG|H2^^^ZT1^MR", "PID|2||H3^^^ZT1^MR", "MRG|H4^^^ZT1^MR")
    found = read(text("A40", pv1="", extra=again)).events
    assert [one.others for one in found] == [
        (person_key("ZT1", "ZT1", "H2"),),
        (person_key("ZT1", "ZT1", "H4"),),
    ]


def test_a_merge_into_oneself_names_nobody_else():
    assert event(text("A40", extra=("MRG|H1^^^ZT1^MR",))).others == ()


def test_an_account_that_is_moved_with_no_visit_named_is_not_ours():
    reading = read(text("A44", pv1="", extra=("MRG|H2^^^ZT1^MR||A1",)))
    assert (reading.events, reading.ignored) == (
        (),
        "it moves an account, and accounts are not held here",
    )


OTHERS = """
type    | lenient | strict
ORU^R01 | ignored | 200
SIU^S12 | ignored | 200
MDM^T02 | ignored | 200
ADT^A60 | ignored | 201
ADT^A99 | ignored | 201
ADT     | ignored | 201
"""


@pytest.mark.parametrize(("kind", "lenient", "code"), read_cases(OTHERS))
def test_what_is_not_ours(kind, lenient, code):
    source = text(evn="EVN||20261122100000").replace("ADT^A01", kind)
    reading = read(source)
    assert lenient == "ignored"
    assert reading.events == ()
    assert reading.ignored == f"{kind} is not read here"
    with pytest.raises(NotForUs) as refused:
        read(source, replace(SETTINGS, strict=True))
    assert refused.value.code == code


HEADERS = """
MSH-11 | MSH-12 | feed    | code
P      | 2.5.1  | lenient |
P      | 2.3    | strict  |
P      | 2.6    | strict  | 203
P      | 2.7    | lenient |
P      |        | lenient |
P      |        | strict  | 203
P      | 3      | lenient | 203
P^T    | 2.4    | strict  |
T      | 2.5.1  | lenient | 202
D      | 2.5.1  | lenient | 202
       | 2.5.1  | lenient |
"""


@pytest.mark.parametrize(("processing", "version", "kind", "code"), read_cases(HEADERS))
def test_whom_it_is_for(processing, version, kind, code):
    source = text().replace("|P|2.5.1", f"|{processing}|{version}")
    told = replace(SETTINGS, strict=kind == "strict")
    message = read_message(source.encode())
    if not code:
        check_for_us(message, told)
        return
    with pytest.raises(NotForUs) as refused:
        check_for_us(message, told)
    assert refused.value.code == code


PENDING = """
trigger | PV1-42      | expected
A15     | OAK^B2^03   | transfer to OAK B2 03
A15     |             | transfer
A16     |             | discharge
A02     | OAK^B2^03   |
"""


@pytest.mark.parametrize(("trigger", "place", "expected"), read_cases(PENDING))
def test_what_is_expected_next(trigger, place, expected):
    assert event(text(trigger, pv1=PV1 + "|" * 23 + place)).pending == expected


@pytest.mark.parametrize("trigger", ["A09", "A10"])
def test_where_somebody_passes_through_is_not_their_bed(trigger):
    assert event(text(trigger)).place is None


# Anything a field may hold, and what is likely to upset a reader of it.
FIELD = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            '""',
            "^^^",
            "~~",
            "0001",
            "99991231235959",
            "20261122",
            "20261122100000+1400",
            "\\T\\",
            "&",
            "1900",
        ]
    ),
)


@given(
    trigger=st.sampled_from(sorted(TRIGGERS)),
    pid=st.dictionaries(st.integers(1, 33), FIELD, max_size=6),
    pv1=st.dictionaries(st.integers(1, 46), FIELD, max_size=6),
    evn=st.dictionaries(st.integers(2, 6), FIELD, max_size=2),
    mrg=st.dictionaries(st.integers(1, 5), FIELD, max_size=2),
    snapshot=st.booleans(),
    strict=st.booleans(),
)
@settings(max_examples=300)
def test_whatever_the_fields_hold_it_is_read_or_refused_in_words(
    trigger, pid, pv1, evn, mrg, snapshot, strict
):
    source = "\r".join(
        [
            f"MSH|^~\\&|PAS|ZT1|HOMEWARD|ZT1|20261122100000||ADT^{trigger}|C1|P|2.5.1",
            *(
                "|".join([name, *(fields.get(n, given.get(n, "")) for n in range(1, 47))])
                for name, fields, given in (
                    ("EVN", evn, {}),
                    ("PID", pid, {3: "H1^^^ZT1^MR"}),
                    ("PV1", pv1, {19: "V1"}),
                    ("MRG", mrg, {1: "H2^^^ZT1^MR"}),
                )
            ),
        ]
    )
    told = replace(SETTINGS, snapshot=snapshot, strict=strict, zone=ZoneInfo("Europe/London"))
    reading, why = read_or_why(source, told)
    assert why or reading.events or reading.ignored
    assert all(one.at.tzinfo is UTC for one in reading.events)


def read_or_why(source, told):
    try:
        return read(source, told), ""
    except (Hl7Error, Unusable, NotForUs) as refused:
        return Reading(), refused.text

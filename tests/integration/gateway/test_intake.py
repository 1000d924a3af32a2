# ruff: noqa: E501 - a case is one line, however long.
"""What becomes of a message, and what it leaves in the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from homeward.core.errors import BadInput
from homeward.core.models import FeedStatus
from homeward.gateway.models import Message, MessagePerson
from homeward.gateway.services import rebuild
from homeward.gateway.services.feeds import set_feed
from homeward.gateway.services.intake import receive
from homeward.gateway.services.reading import Arrival
from homeward.hospital.domain import fold
from homeward.hospital.models import BedStay, Person, PersonIdentifier, ReadinessFact, Spell
from tests.factories import make_organisation
from tests.factories_gateway import adt, heard, make_feed
from tests.support.cases import read_cases
from tests.support.clock import NOON
from tests.support.story import HEARD, hl7, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed():
    return make_feed(make_organisation("ZT1"))


def lenient_and_strict(feed, strict: str):
    set_feed(name=feed.name, organisation=feed.organisation, values={"strict": strict == "strict"})


def without(segment: str, text: bytes) -> bytes:
    return b"\r".join(line for line in text.split(b"\r") if not line.startswith(segment.encode()))


def changed(text: bytes, old: str, new: str) -> bytes:
    assert old.encode() in text
    return text.replace(old.encode(), new.encode())


MESSAGES = {
    "an admission": adt(control_id="C1"),
    "a bare result": adt("R01", kind="ORU", control_id="C1"),
    "an appointment": adt("S12", kind="SIU", control_id="C1"),
    "an unknown ADT event": adt("A99", control_id="C1"),
    "no message type": changed(adt(control_id="C1"), "ADT^A01", ""),
    "no PID": without("PID", adt(control_id="C1")),
    "a merge without MRG": adt("A40", control_id="C1"),
    "no identifier": adt(pid3="", control_id="C1"),
    "an empty identifier": adt(pid3='""^^^ZT1^MR', control_id="C1"),
    "two NHS numbers": adt(pid3="9434765919^^^NHS^NH~9449305552^^^NHS^NH", control_id="C1"),
    "no visit number": adt(visit="", admitted="", control_id="C1"),
    "a date that is none": adt(admitted="20261345", control_id="C1"),
    "an event time that is none": adt(at="yesterday", control_id="C1"),
    "an event next year": adt(at="20271122100000", control_id="C1"),
    "an event in 1850": adt(at="18501122100000", control_id="C1"),
    "another class": adt(patient_class="WARD", control_id="C1"),
    "a test message": adt(processing="T", control_id="C1"),
    "version 2.6": adt(version="2.6", control_id="C1"),
    "version 3": adt(version="3.0", control_id="C1"),
    "another sender": adt(ods="ZT9", control_id="C1"),
    "not HL7": b"GET / HTTP/1.1\r\n",
    "bytes of no charset": adt(family="Zo\u00e9", control_id="C1").decode().encode("latin-1"),
}
ANSWERS = """
what came                  | feed    | outcome     | reply | ERR                        | cause
an admission               | lenient | applied     | AA    |                            |
an admission               | strict  | applied     | AA    |                            |
a bare result              | lenient | ignored     | AA    |                            |
a bare result              | strict  | rejected    | AR    | MSH^1^9 200                | unsupported
an appointment             | lenient | ignored     | AA    |                            |
an appointment             | strict  | rejected    | AR    | MSH^1^9 200                | unsupported
an unknown ADT event       | lenient | ignored     | AA    |                            |
an unknown ADT event       | strict  | rejected    | AR    | MSH^1^9 201                | unsupported
no message type            | lenient | quarantined | AA    |                            | no_message_type
no message type            | strict  | quarantined | AE    | MSH^1^9 101                | no_message_type
no PID                     | lenient | quarantined | AA    |                            | no_pid
no PID                     | strict  | quarantined | AE    | PID^1 100                  | no_pid
a merge without MRG        | strict  | quarantined | AE    | MRG^1 100                  | no_mrg
no identifier              | lenient | quarantined | AA    |                            | no_identifier
no identifier              | strict  | quarantined | AE    | PID^1^3 101                | no_identifier
an empty identifier        | strict  | quarantined | AE    | PID^1^3 101                | no_identifier
two NHS numbers            | lenient | quarantined | AA    |                            | two_nhs_numbers
two NHS numbers            | strict  | quarantined | AE    | PID^1^3 204                | two_nhs_numbers
no visit number            | strict  | quarantined | AE    | PV1^1^19 101               | no_visit_number
a date that is none        | strict  | quarantined | AE    | PV1^1^44 102               | bad_time
an event time that is none | strict  | quarantined | AE    | EVN^1^6 102                | bad_time
an event next year         | strict  | quarantined | AE    | EVN^1^6 102                | impossible_time
an event in 1850           | strict  | quarantined | AE    | EVN^1^6 102                | impossible_time
another class              | lenient | applied     | AA    |                            |
another class              | strict  | quarantined | AE    | PV1^1^2 103                | unknown_class
a test message             | lenient | rejected    | AR    | MSH^1^11 202               | processing_id
a test message             | strict  | rejected    | AR    | MSH^1^11 202               | processing_id
version 2.6                | lenient | applied     | AA    |                            |
version 2.6                | strict  | rejected    | AR    | MSH^1^12 203               | version
version 3                  | lenient | rejected    | AR    | MSH^1^12 203               | version
another sender             | lenient | rejected    | AR    | MSH^1^3 207                | unknown_sender
bytes of no charset        | lenient | rejected    | AR    | 100                        | unreadable
"""


@pytest.mark.parametrize(("what", "kind", "outcome", "code", "error", "cause"), read_cases(ANSWERS))
def test_what_is_answered(feed, what, kind, outcome, code, error, cause):
    lenient_and_strict(feed, kind)
    [row] = heard(MESSAGES[what])
    reply = bytes(row.reply).decode()
    assert (row.outcome, row.cause) == (outcome, cause)
    assert f"MSA|{code}|C1" in reply
    assert told_error(reply) == error
    assert Spell.objects.exists() is (outcome == "applied")
    assert not row.changes or outcome == "applied"


def told_error(reply: str) -> str:
    found = [line.split("|") for line in reply.split("\r") if line.startswith("ERR|")]
    return " ".join(f"{line[2]} {line[3].split('^')[0]}".strip() for line in found)


def test_what_is_no_message_at_all_is_kept_and_rejected(feed):
    [row] = heard(MESSAGES["not HL7"])
    assert (row.outcome, row.cause) == ("rejected", "unreadable")
    assert bytes(row.raw) == MESSAGES["not HL7"]
    assert b"MSA|AR" in bytes(row.reply)


def test_a_feed_takes_the_processing_ids_it_lists(feed):
    set_feed(name=feed.name, organisation=feed.organisation, values={"processing_ids": "PT"})
    assert [row.outcome for row in heard(adt(processing="T"), adt(processing="D"))] == [
        "applied",
        "rejected",
    ]


def test_a_mapped_class_is_known_on_a_strict_feed(feed):
    values = {"strict": True, "class_map": {"WARD": "inpatient"}}
    set_feed(name=feed.name, organisation=feed.organisation, values=values)
    heard(adt(patient_class="WARD"))
    assert Spell.objects.get().patient_class == "inpatient"


def test_a_message_is_stored_as_it_came_with_what_it_changed(feed):
    text = adt(control_id="C1")
    [row] = heard(text)
    assert bytes(row.raw) == text
    assert (row.feed, row.organisation, row.trigger) == (feed, feed.organisation, "A01")
    assert (row.source, row.received_at) == ("10.0.0.7:50001", NOON)
    assert row.event_at == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    assert row.changes == ["admitted to ASH B1 01"]


def test_a_message_says_whom_it_speaks_of(feed):
    [merge] = heard(adt("A40", local_id="H2", extra=("MRG|H1^^^ZT1^MR",)))
    people = set(MessagePerson.objects.filter(message=merge).values_list("person", flat=True))
    assert people == set(Person.objects.values_list("pk", flat=True))
    assert len(people) == 2


def test_a_late_message_takes_its_place(feed):
    heard(adt(place="ASH^B1^01"), adt("A02", at="20261122110000", place="OAK^B1^01"))
    heard(adt("A02", at="20261122103000", place="ELM^B1^01"))
    assert list(BedStay.objects.order_by("number").values_list("ward", flat=True)) == [
        "ASH",
        "ELM",
        "OAK",
    ]
    assert rebuild.compare().equal


def test_a_cancel_waits_for_what_it_cancels(feed):
    heard_one_by_one(
        "A01 10:00 ASH 1; A13 11:00 rec=13:00; A03 12:00",  # recorded before the cancel was
    )
    assert Spell.objects.get().status == "open"
    assert rebuild.compare().equal


def test_an_identifier_that_changes_its_kind_is_known_by_the_new_one(feed):
    heard_one_by_one("A01 10:00 ASH 1 also=X1/PI; A08 11:00 ASH 1 also=X1/VN")
    assert PersonIdentifier.objects.get(value="X1").kind == "VN"
    assert rebuild.compare().equal


def test_a_newborn_whose_admission_method_was_wrong_counts_again(feed):
    heard_one_by_one("A01 10:00 ASH 1 method=82; A08 11:00 ASH 1 class=- method=21")
    assert Spell.objects.get().patient_class == "inpatient"
    assert rebuild.compare().equal


def test_a_baby_and_its_mother_are_two_people_in_two_visits(feed):
    heard_one_by_one(
        "A01 09:00 ASH 1 class=B method=31; A01 10:00 ASH 1 p=P2 v=V2 method=82; "
        "A08 11:00 ASH 1 p=P2 v=V2"
    )
    classes = dict(Spell.objects.values_list("person__local_id", "patient_class"))
    assert classes == {"P1": "maternity", "P2": "newborn"}
    assert Person.objects.filter(merged_into=None).count() == 2
    assert rebuild.compare().equal


def heard_one_by_one(story):
    for number, one in enumerate(steps(story)):
        [row] = heard(hl7(one, f"S{number}"), at=HEARD)
        assert row.outcome == "applied"


def test_a_visit_number_of_another_person_is_refused(feed):
    strict = {"strict": True}
    set_feed(name=feed.name, organisation=feed.organisation, values=strict)
    heard(adt(local_id="H1", visit="V1"))
    [row] = heard(adt("A02", local_id="H2", visit="V1", at="20261122110000"))
    assert (row.outcome, row.cause) == ("quarantined", "visit_of_another_person")
    assert told_error(bytes(row.reply).decode()) == "PV1^1^19 204"
    assert Spell.objects.get().person.local_id == "H1"
    assert Person.objects.count() == 1


def test_an_earlier_message_that_no_longer_fits_is_displaced(feed):
    [out] = heard(adt("A03", admitted="", discharged="20261119100000"))
    assert out.outcome == "applied"
    # They came two days after they are said to have left.
    [late] = heard(adt("A01", at="20261121100000", admitted="20261121100000"))
    out.refresh_from_db()
    assert late.outcome == "applied"
    assert (out.outcome, out.cause) == ("quarantined", "discharge_before_admission")
    assert Spell.objects.get().status == "open"
    assert rebuild.compare().equal


def test_of_one_group_too_what_no_longer_fits_is_put_aside(feed):
    out, late = heard(
        adt("A03", admitted="", discharged="20261119100000"),
        adt("A01", at="20261121100000", admitted="20261121100000"),
    )
    assert (out.outcome, late.outcome) == ("quarantined", "applied")
    assert rebuild.compare().equal


class TestOneBadMessage:
    """Our own code failing on one message never harms its neighbours."""

    @pytest.fixture
    def texts(self, monkeypatch):
        plain = fold.apply

        def fails(ledger, event):
            if event.visit_number == "V2":
                raise RuntimeError("a fault of ours")
            return plain(ledger, event)

        monkeypatch.setattr(fold, "apply", fails)
        return [adt(local_id=f"H{n}", visit=f"V{n}", control_id=f"C{n}") for n in (1, 2, 3)]

    def test_its_neighbours_are_applied(self, feed, texts):
        rows = heard(*texts)
        assert [row.outcome for row in rows] == ["applied", "quarantined", "applied"]
        assert set(Spell.objects.values_list("visit_number", flat=True)) == {"V1", "V3"}
        assert rebuild.compare().equal

    def test_it_is_kept_with_its_cause(self, feed, texts):
        row = heard(*texts)[1]
        assert row.cause == "internal_error"
        assert bytes(row.raw) == texts[1]
        assert b"MSA|AA|C2" in bytes(row.reply)

    def test_a_strict_sender_is_told(self, feed, texts):
        lenient_and_strict(feed, "strict")
        row = heard(*texts)[1]
        assert b"MSA|AE|C2" in bytes(row.reply)
        assert told_error(bytes(row.reply).decode()) == "207"

    def test_a_repeat_of_it_gets_the_same_answer(self, feed, texts):
        row = heard(*texts)[1]
        [answer] = receive([Arrival(texts[1])], at=NOON)
        assert (answer.outcome, answer.receipt) == ("duplicate", row.pk)


FACTS = [
    {"fact": "criteria_to_reside", "segment": "OBX", "code": "CTR", "values": {"N": "not_met"}},
    {"fact": "pathway", "segment": "ZDS", "position": 2},
]


def test_a_result_that_the_feed_maps_arrives_as_a_fact_with_its_source(feed):
    set_feed(name=feed.name, organisation=feed.organisation, values={"fact_map": FACTS})
    heard(adt())
    extra = ("OBX|1|CE|CTR||N^Does not meet||||||F|||20261122103000",)
    [row] = heard(adt("R01", kind="ORU", at="20261122110000", extra=extra))
    fact = ReadinessFact.objects.get()
    assert row.outcome == "applied"
    assert (fact.kind, fact.value, fact.text) == ("criteria_to_reside", "not_met", "Does not meet")
    assert (fact.receipt, fact.heard_at) == (row.pk, row.received_at)
    assert fact.at == datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
    assert rebuild.compare().equal


def test_a_senders_own_segment_in_an_update_is_a_fact_too(feed):
    set_feed(name=feed.name, organisation=feed.organisation, values={"fact_map": FACTS})
    heard(adt(), adt("A08", at="20261122110000", extra=("ZDS|1|P2",)))
    assert ReadinessFact.objects.get().value == "P2"
    assert rebuild.compare().equal


def test_a_result_without_a_mapped_field_is_ignored(feed):
    set_feed(name=feed.name, organisation=feed.organisation, values={"fact_map": FACTS})
    [row] = heard(adt("R01", kind="ORU", extra=("OBX|1|NM|NEWS||5",)))
    assert row.outcome == "ignored"


def test_a_fact_about_someone_not_in_hospital_waits_in_quarantine(feed):
    set_feed(name=feed.name, organisation=feed.organisation, values={"fact_map": FACTS})
    [row] = heard(adt("R01", kind="ORU", visit="", admitted="", extra=("OBX|1|CE|CTR||N",)))
    assert (row.outcome, row.cause) == ("quarantined", "no_open_spell")


def test_a_fact_without_a_visit_number_is_about_the_one_open_spell(feed):
    set_feed(name=feed.name, organisation=feed.organisation, values={"fact_map": FACTS})
    heard(adt())
    extra = ("OBX|1|CE|CTR||Y",)
    heard(adt("R01", kind="ORU", visit="", admitted="", at="20261122110000", extra=extra))
    assert ReadinessFact.objects.get().spell == Spell.objects.get()


def test_what_a_message_cannot_hold_for_us_is_cut_not_refused(feed):
    text = adt(family="\u00df" * 119 + "a", given="\ufdfa" * 60, place=f"{'W' * 100}^^{'B' * 100}")
    [row] = heard(text, at=NOON)
    assert row.outcome == "applied"
    assert Spell.objects.get().ward == "W" * 80
    assert rebuild.compare().equal


def test_the_pulse_of_a_feed_says_when_it_was_heard_and_what_was_wrong(feed):
    heard(adt(), adt(visit="", admitted=""))
    status = FeedStatus.objects.get(feed=feed.name)
    assert (status.last_heard_at, status.received) == (NOON, 2)
    assert status.last_event_at == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    assert status.last_error_at == NOON
    assert "PV1-19" in status.last_error


def test_arrivals_keep_their_own_moment(feed):
    earlier = NOON - timedelta(minutes=5)
    receive([Arrival(adt(), at=earlier), Arrival(adt(local_id="H2", visit="V2"))], at=NOON)
    assert list(Message.objects.order_by("receipt").values_list("received_at", flat=True)) == [
        earlier,
        NOON,
    ]


@pytest.mark.parametrize("sent", ["V", "N", "U"])
def test_a_class_that_says_nothing_takes_no_inpatient_off_the_list(feed, sent):
    heard(
        adt("A01", at="20261122090000", patient_class="I"),
        adt("A08", at="20261122100000", patient_class=sent),
    )
    assert Spell.objects.get().patient_class == "inpatient"
    assert rebuild.compare().equal


def test_a_feed_with_messages_stays_with_its_organisation(feed):
    heard(adt())
    with pytest.raises(BadInput, match="messages of another organisation"):
        set_feed(name=feed.name, organisation=make_organisation("ZT2"), values={})

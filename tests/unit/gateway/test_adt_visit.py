"""Which visit a message is about, where and in what class."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from homeward.gateway.domain.errors import Unusable
from homeward.gateway.domain.facts import read_facts
from homeward.gateway.domain.groups import groups, only_group
from homeward.gateway.domain.hl7 import read_message
from homeward.gateway.domain.settings import FactRule, FeedSettings
from homeward.gateway.domain.visit import read_visit
from homeward.hospital.domain.events import Fact, Place
from tests.support.cases import read_cases

SETTINGS = FeedSettings(name="pas", organisation="ZT1", local_authority="ZT1")
SNAPSHOT = replace(SETTINGS, snapshot=True)
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
HEADER = "MSH|^~\\&|PAS|ZT1|HOMEWARD|ZT1|20261122||ADT^A08|C1|P|2.5.1"


def message(*lines):
    return read_message("\r".join([HEADER, "PID|1||H1^^^ZT1^MR", *lines]).encode())


def visit(fields, settings=SETTINGS, *extra):
    pv1 = "PV1|1|" + "|".join(fields.get(number, "") for number in range(2, 46))
    return read_visit(only_group(message(pv1, *extra)), AT, "H1", settings)


CLASSES = """
PV1-2      | class      | note
I          | inpatient  |
i          | inpatient  |
INPATIENT  | inpatient  |
E          | emergency  |
O          | outpatient |
P          | preadmit   |
R          | recurring  |
B          | maternity  |
NEWBORN    | newborn    |
DAY CASE   | day_case   |
N          | -          |
U          | -          |
WARD       | -          | yes
"""


@pytest.mark.parametrize(("sent", "expected", "note"), read_cases(CLASSES))
def test_the_class_as_sent(sent, expected, note):
    found, notes = visit({2: sent, 19: "V1"})
    # "-": it says nothing, so that what is known stays.
    assert found.values.get("patient_class", "-") == expected
    assert bool(notes) is bool(note)


@pytest.mark.parametrize("sent", ["", '""'])
def test_no_class_says_nothing_of_it(sent):
    assert "patient_class" not in visit({2: sent, 19: "V1"})[0].values


def test_a_feed_may_read_a_class_its_own_way():
    own = replace(SETTINGS, strict=True, class_map={"WARD": "inpatient", "I": "day_case"})
    assert visit({2: "WARD"}, own)[0].values["patient_class"] == "inpatient"
    assert visit({2: "I"}, own)[0].values["patient_class"] == "day_case"


def test_a_strict_feed_refuses_a_class_it_does_not_map():
    with pytest.raises(Unusable, match="WARD"):
        visit({2: "WARD"}, replace(SETTINGS, strict=True))


PLACES = """
PV1-3                  | ward | room | bed | site
ASH^B1^04^ZT101        | ASH  | B1   | 04  | ZT101
ASH^^04                | ASH  |      | 04  |
ASH                    | ASH  |      |     |
ASH^""^""              | ASH  |      |     |
A\\T\\E^B1^04            | A&E  | B1   | 04  |
ASH&sub^B1             | ASH  | B1   |     |
 ASH ^ B1 ^ 04         | ASH  | B1   | 04  |
ASH^1^2^Z^^^^^^^ZT1    | ASH  | 1    | 2   | Z
OAK~ASH                | OAK  |      |     |
"""


@pytest.mark.parametrize(("sent", "ward", "room", "bed", "site"), read_cases(PLACES))
def test_a_place(sent, ward, room, bed, site):
    assert visit({3: sent.replace("\\\\", "\\")})[0].place == Place(site, ward, room, bed)


@pytest.mark.parametrize("sent", ["", '""', "^^^ZT101", '""^""^""'])
def test_no_place(sent):
    assert visit({3: sent})[0].place is None


def test_prior_and_pending_places():
    found, _ = visit({3: "OAK", 6: "ASH^1^2", 42: "ELM^3^4"})
    assert (found.prior_place, found.pending_place) == (
        Place("", "ASH", "1", "2"),
        Place("", "ELM", "3", "4"),
    )


VALUES = {4: "21", 10: "300", 14: "19", 36: "51", 37: "ZT2"}


@pytest.mark.parametrize(
    ("settings", "method", "destination"),
    [(SETTINGS, None, "51"), (replace(SETTINGS, disposition_is_method=True), "51", "ZT2")],
)
def test_disposition_is_what_the_feed_says_it_is(settings, method, destination):
    values = visit(VALUES, settings)[0].values
    assert values.get("discharge_method") == method
    assert values["discharge_destination"] == destination
    assert (values["admission_method"], values["specialty"]) == ("21", "300")
    assert values["admission_source"] == "19"


EMPTY = """
sent | feed     | specialty
     | delta    | same
     | snapshot | none
""   | delta    | none
""   | snapshot | none
300  | snapshot | 300
"""


@pytest.mark.parametrize(("sent", "feed", "expected"), read_cases(EMPTY))
def test_an_empty_field_says_nothing_or_that_there_is_nothing(sent, feed, expected):
    values = visit({10: sent}, SNAPSHOT if feed == "snapshot" else SETTINGS)[0].values
    said = "same" if "specialty" not in values else values["specialty"] or "none"
    assert said == expected


def test_the_consultant_is_the_first_doctor_named():
    found, _ = visit({7: '""', 9: "C1^Darwin^Samuel^^^Dr", 17: "C2^Other"})
    values = found.values
    assert (values["consultant_code"], values["consultant_name"]) == ("C1", "Dr Samuel Darwin")


EXPECTED = """
PV2-9          | feed     | expected
20261125       | delta    | 2026-11-25 00:00:00+00:00
202607251200   | delta    | 2026-07-25 11:00:00+00:00
               | delta    | same
               | snapshot | None
""             | delta    | None
soon           | delta    | same
"""


@pytest.mark.parametrize(("sent", "feed", "expected"), read_cases(EXPECTED))
def test_the_expected_discharge(sent, feed, expected):
    pv2 = "PV2|" + "|" * 8 + sent
    found, notes = visit({}, SNAPSHOT if feed == "snapshot" else SETTINGS, pv2)
    assert str(found.values.get("expected_discharge_at", "same")) == expected
    assert bool(notes) is (sent == "soon")


def test_without_pv1_nothing_is_said_of_a_visit():
    found, notes = read_visit(only_group(message()), AT, "H1", SNAPSHOT)
    assert (found.number, found.values, found.place, notes) == ("", {}, None, [])


def test_a_visit_number_keeps_its_leading_zero():
    assert visit({19: "0999999999^^^ZT1"})[0].number == "0999999999"


def test_groups_begin_with_each_person():
    found = groups(message("PV1|1|I", "ZZZ|1", "PID|2||H2", "PD1|", "PV1|1|E").segments)
    assert [one.value("PID", 3) for one in found] == ["H1", "H2"]
    assert [one.value("PV1", 2) for one in found] == ["I", "E"]
    assert [one.has("PD1") for one in found] == [False, True]


RULES = (
    FactRule("criteria_to_reside", "OBX", code="CTR", values={"N": "not_met"}),
    FactRule("pathway", "ZDS", position=2),
)
WITH_FACTS = replace(SETTINGS, facts=RULES)


def facts(*lines):
    return read_facts(message(*lines), AT, WITH_FACTS)


def test_a_mapped_result_is_a_fact_with_its_own_moment():
    [found] = facts("OBX|1|CE|CTR^Criteria||N^Not met||||||F|||20261122093000")
    at = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    assert found == Fact("criteria_to_reside", "not_met", "Not met", at)


def test_a_value_that_is_not_listed_is_kept_as_it_is():
    assert facts("OBX|1|CE|CTR||Perhaps")[0].value == "Perhaps"


def test_a_result_without_a_time_of_its_own_takes_the_messages():
    assert facts("OBX|1|CE|CTR||N")[0].at == AT
    assert facts("OBX|1|CE|CTR||N||||||F|||whenever")[0].at == AT


@pytest.mark.parametrize(
    "line", ["OBX|1|CE|CTR||", 'OBX|1|CE|CTR||""', "OBX|1|CE|NEWS||5", "ZDS|1"]
)
def test_what_says_nothing_is_no_fact(line):
    assert facts(line) == ()


def test_several_facts_come_in_the_order_of_the_message():
    found = facts("ZDS|1|P2", "OBX|1|CE|CTR||N", "OBX|2|CE|CTR||Y")
    assert [(one.kind, one.value) for one in found] == [
        ("pathway", "P2"),
        ("criteria_to_reside", "not_met"),
        ("criteria_to_reside", "Y"),
    ]

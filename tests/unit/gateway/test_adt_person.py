"""Who a message is about, and what it states of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from homeward.gateway.domain.errors import Unusable
from homeward.gateway.domain.groups import only_group
from homeward.gateway.domain.hl7 import read_message
from homeward.gateway.domain.person import read_identity, read_person
from homeward.gateway.domain.settings import FeedSettings
from tests.support.cases import read_cases

SETTINGS = FeedSettings(name="pas", organisation="ZT1", local_authority="ZT1")
ANY_LOCAL = replace(SETTINGS, local_authority="")
SNAPSHOT = replace(SETTINGS, snapshot=True)


def group(pid, *extra):
    header = "MSH|^~\\&|PAS|ZT1|HOMEWARD|ZT1|20261122||ADT^A08|C1|P|2.5.1"
    return only_group(read_message("\r".join([header, pid, *extra]).encode()))


def identity(numbers, settings=SETTINGS):
    return read_identity(group(f"PID|1||{numbers}"), "PID", 3, settings)


def stated(fields="", settings=SETTINGS, *extra, numbers="H1^^^ZT1^MR"):
    one = group(f"PID|1||{numbers}||{fields}", *extra)
    return read_person(one, read_identity(one, "PID", 3, settings), settings)


LOCAL = """
PID-3                                              | local number | authority | NHS number
H1^^^ZT1^MR                                        | H1           | ZT1       |
H1^^^ZT1^MR~9434765919^^^NHS^NH                    | H1           | ZT1       | 9434765919
9434765919^^^NHS^NH~H1^^^ZT1^MR                    | H1           | ZT1       | 9434765919
943 476 5919^^^NHS^NH~H1^^^ZT1^MR                  | H1           | ZT1       | 9434765919
9434765919^^^NHS~H1^^^ZT1^MR                       | H1           | ZT1       | 9434765919
9434765919^^^XYZ^NH~H1^^^ZT1^MR                    | H1           | ZT1       | 9434765919
9434765919^^^NHS^NH~9434765919^^^NHS^NH~H1^^^ZT1^MR | H1          | ZT1       | 9434765919
OLD7^^^OLD^MR~H1^^^ZT1^MR                          | H1           | ZT1       |
H1^^^ZT1^PI                                        | H1           | ZT1       |
H1                                                 | H1           | ZT1       |
H1^^^""                                            | H1           | ZT1       |
OLD7^^^OLD^MR~H1                                   | H1           | ZT1       |
00123^^^ZT1^MR                                     | 00123        | ZT1       |
A/AA1111^^^ZT1^MR                                  | A/AA1111     | ZT1       |
9434765919^^^NHS^NH                                | 9434765919   | NHS       | 9434765919
OLD7^^^OLD^MR~9434765919^^^NHS^NH                  | 9434765919   | NHS       | 9434765919
~~H1^^^ZT1^MR~                                     | H1           | ZT1       |
"""


@pytest.mark.parametrize(("numbers", "local", "authority", "nhs"), read_cases(LOCAL))
def test_the_local_number_is_found_wherever_it_stands(numbers, local, authority, nhs):
    found = identity(numbers)
    assert (found.local.value, found.local.authority) == (local, authority)
    assert (found.nhs_number or "") == nhs


def test_a_feed_that_names_no_authority_takes_a_hospital_number_first():
    assert identity("77^^^LAB^LR~H1^^^ZT1^MR", ANY_LOCAL).local.value == "H1"
    assert identity("77^^^LAB^LR", ANY_LOCAL).local.value == "77"


def test_an_authority_may_be_told_by_the_kind_of_number():
    by_kind = replace(SETTINGS, local_authority="PAS")
    assert identity("77^^^ZT1^LAB~H1^^^ZT1^PAS", by_kind).local.value == "H1"


NHS = """
PID-3                                                        | used       | as sent
9999999999^^^NHS^NH~H1^^^ZT1^MR                              |            | 9999999999
1111111111^^^NHS^NH~H1^^^ZT1^MR                              |            | 1111111111
9434765918^^^NHS^NH~H1^^^ZT1^MR                              |            | 9434765918
943476591^^^NHS^NH~H1^^^ZT1^MR                               |            | 943476591
unknown^^^NHS^NH~H1^^^ZT1^MR                                 |            | unknown
9999999999^^^NHS^NH~9434765919^^^NHS^NH~H1^^^ZT1^MR          | 9434765919 | 9999999999
""^^^NHS^NH~H1^^^ZT1^MR                                      |            |
"""


@pytest.mark.parametrize(("numbers", "used", "as_sent"), read_cases(NHS))
def test_only_an_nhs_number_that_can_be_is_used(numbers, used, as_sent):
    found = identity(numbers)
    assert (found.nhs_number or "", found.nhs_number_as_sent) == (used, as_sent)
    values, notes = stated(numbers=numbers)
    assert values.get("nhs_number", "") == used
    assert bool(notes) is (bool(as_sent) and not used)


def test_a_number_that_cannot_be_used_is_kept_among_the_identifiers():
    found = identity("9999999999^^^NHS^NH~H1^^^ZT1^MR")
    assert [(each.authority, each.value) for each in found.identifiers] == [
        ("NHS", "9999999999"),
        ("ZT1", "H1"),
    ]


def test_the_same_placeholder_joins_nobody():
    one = identity("9999999999^^^NHS^NH~H1^^^ZT1^MR")
    other = identity("9999999999^^^NHS^NH~H2^^^ZT1^MR")
    assert one.key != other.key


@pytest.mark.parametrize(
    ("numbers", "cause"),
    [
        ("", "no_identifier"),
        ('""', "no_identifier"),
        ("^^^ZT1^MR", "no_identifier"),
        ("OLD7^^^OLD^MR", "no_identifier"),
        ("9999999999^^^NHS^NH", "no_identifier"),
        ("9434765919^^^NHS^NH~9449305552^^^NHS^NH~H1^^^ZT1^MR", "two_nhs_numbers"),
    ],
)
def test_whom_nobody_can_tell(numbers, cause):
    with pytest.raises(Unusable) as refused:
        identity(numbers)
    assert refused.value.cause == cause


NAMES = """
PID-5                    | family      | given
O'Brien^Zoë              | O'Brien     | Zoë
Marks \\T\\ Sons^A        | Marks & Sons | A
A\\S\\B^C                  | A^B         | C
王^小明                  | 王          | 小明
Иванова^Анна             | Иванова     | Анна
بن سعيد^ليلى             | بن سعيد     | ليلى
^^^^^^L~Example^Ada      | Example     | Ada
Example^Ada^^^Mrs~Old^Name | Example   | Ada
Van der Berg^^           | Van der Berg |
"""


@pytest.mark.parametrize(("name", "family", "given"), read_cases(NAMES))
def test_names(name, family, given):
    values, _ = stated(name.replace("\\\\", "\\"))
    assert (values["family_name"], values.get("given_name", "")) == (family, given)


BIRTHS = """
PID-7          | born
19440512       | 1944-05-12
19000101       | 1900-01-01
18991231       | 1899-12-31
19250704000000 | 1925-07-04
194405121430+0100 | 1944-05-12
20261122       | 2026-11-22
"""


@pytest.mark.parametrize(("sent", "born"), read_cases(BIRTHS, born=date.fromisoformat))
def test_a_birth_date_is_the_day_as_sent(sent, born):
    # PID-7 is the third field after PID-4.
    values, notes = stated(f"X||{sent}")
    assert (values["birth_date"], notes) == (born, [])


def test_a_birth_date_that_is_none_is_left_out_with_a_note():
    values, notes = stated("X||19441350")
    assert "birth_date" not in values
    assert notes == ["PID-7 is not a date and was left out"]


def word(values, name):
    if name not in values:
        return "same"
    return "none" if values[name] is None else str(values[name])


@pytest.mark.parametrize(
    ("fields", "settings", "expected"),
    [
        ("Example^Ada", SETTINGS, "Example same same"),
        ("Example^Ada", SNAPSHOT, "Example none none"),
        ('""||""|""', SETTINGS, "none none none"),
        ('""||""|""', SNAPSHOT, "none none none"),
        ("|||F", SETTINGS, "same F same"),
        ("|||F", SNAPSHOT, "none F none"),
    ],
)
def test_an_empty_field_says_nothing_or_that_there_is_nothing(fields, settings, expected):
    values, _ = stated(fields, settings)
    said = [word(values, name) for name in ("family_name", "sex", "birth_date")]
    assert " ".join(said) == expected


DEATHS = """
PID-29         | PID-30 | died  | at
               |        | same  | same
20261122100000 | Y      | True  | 2026-11-22 10:00:00+00:00
               | Y      | True  | none
20261122100000 |        | True  | 2026-11-22 10:00:00+00:00
20261122100000 | N      | False | none
               | N      | False | none
""             |        | same  | same
nonsense       | Y      | True  | same
"""


@pytest.mark.parametrize(("when", "flag", "died", "at"), read_cases(DEATHS))
def test_alive_or_dead(when, flag, died, at):
    values, _ = stated("X" + "|" * 24 + f"{when}|{flag}")
    assert (word(values, "died"), word(values, "died_at")) == (died, at)


@pytest.mark.parametrize(
    ("sent", "restricted"), [("Y", True), ("N", False), ("", None), ('""', None), ("y", True)]
)
@pytest.mark.parametrize("settings", [SETTINGS, SNAPSHOT])
def test_only_a_plain_yes_or_no_restricts(sent, restricted, settings):
    values, _ = stated("X", settings, "PD1|" + "|" * 11 + sent)
    assert values.get("restricted") is restricted


def test_no_pd1_says_nothing_of_restriction():
    assert "restricted" not in stated("X", SNAPSHOT)[0]


def test_address_and_practice():
    pid = "X||||||1 High St^^Leeds^^LS1 1AA~2 Low St||0113 000"
    values, _ = stated(pid, SETTINGS, "PD1|||Practice^^A81001")
    assert values["address"] == "1 High St, Leeds"
    assert (values["postcode"], values["phone"]) == ("LS1 1AA", "0113 000")
    assert values["gp_practice"] == "A81001"

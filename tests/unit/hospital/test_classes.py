"""Who counts as an inpatient."""

from __future__ import annotations

import pytest

from homeward.hospital.domain.classes import (
    CLASS_NAMES,
    INPATIENT_CLASSES,
    PatientClass,
    effective_class,
)
from tests.support.cases import read_cases

CASES = """
stated     | admission method | counts as
inpatient  | 21               | inpatient
inpatient  |                  | inpatient
inpatient  | 82               | newborn
inpatient  | 83               | newborn
inpatient  | 2C               | newborn
maternity  | 31               | maternity
maternity  | 82               | newborn
newborn    | 82               | newborn
day_case   | 11               | day_case
emergency  | 21               | emergency
emergency  | 82               | emergency
outpatient |                  | outpatient
nonsense   |                  | unknown
unknown    | 82               | unknown
"""


@pytest.mark.parametrize(("stated", "method", "expected"), read_cases(CASES))
def test_what_a_visit_counts_as(stated, method, expected):
    assert effective_class(stated, method) == expected


def test_the_list_counts_inpatients_and_mothers_and_nobody_else():
    assert set(INPATIENT_CLASSES) == {PatientClass.INPATIENT, PatientClass.MATERNITY}


def test_every_class_has_a_name():
    assert set(CLASS_NAMES) == set(PatientClass)

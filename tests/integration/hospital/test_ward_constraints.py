"""What the database itself refuses of wards and beds."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from homeward.hospital.models import Bed, Ward
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db
OPENED = date(2026, 4, 1)


def make_ward(**fields: Any) -> Ward:
    values = {"code": "ASH", "name": "Ash Ward", "valid_from": OPENED} | fields
    return Ward.objects.create(organisation=make_organisation("ZT1"), site="ZT101", **values)


def make_bed(ward: Ward, **fields: Any) -> Bed:
    values = {"room": "B1", "bed": "01", "valid_from": OPENED} | fields
    return Bed.objects.create(ward=ward, **values)


def refused(name: str) -> pytest.RaisesExc[IntegrityError]:
    return pytest.raises(IntegrityError, match=name)


def test_two_wards_of_one_code():
    make_ward()
    with refused("hospital_one_ward_a_code|UNIQUE"), transaction.atomic():
        make_ward(name="Another")


def test_a_ward_without_a_name():
    with refused("hospital_ward_has_a_name"), transaction.atomic():
        make_ward(name="")


def test_a_ward_that_closes_before_it_opens():
    with refused("hospital_ward_closes_after_it_opens"), transaction.atomic():
        make_ward(valid_to=date(2026, 3, 31))


def test_two_beds_of_one_name_in_use():
    ward = make_ward()
    make_bed(ward)
    with refused("hospital_one_bed_of_a_name_in_use|UNIQUE"), transaction.atomic():
        make_bed(ward)


def test_a_bed_that_is_no_longer_in_use_may_have_a_successor():
    ward = make_ward()
    make_bed(ward, valid_to=date(2026, 5, 1))
    make_bed(ward)


def test_a_bed_without_a_name():
    with refused("hospital_bed_has_a_name"), transaction.atomic():
        make_bed(make_ward(), bed="")


def test_a_bed_that_closes_before_it_opens():
    with refused("hospital_bed_closes_after_it_opens"), transaction.atomic():
        make_bed(make_ward(), valid_to=date(2026, 3, 31))

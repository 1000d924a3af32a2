"""What the database itself refuses."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from homeward.core.domain.roles import Role
from homeward.core.models import AuditLink, FeedStatus, Membership, Organisation, User
from homeward.core.services import audit
from tests.factories import make_membership, make_organisation, make_user
from tests.support.clock import NOON

pytestmark = pytest.mark.django_db


def refused(name: str) -> pytest.RaisesExc[IntegrityError]:
    return pytest.raises(IntegrityError, match=name)


def test_two_organisations_with_one_code():
    make_organisation("ZT1")
    with refused("ods_code"), transaction.atomic():
        Organisation.objects.create(ods_code="ZT1", name="Another", kind="trust")


def test_an_organisation_without_a_code():
    with refused("core_organisation_has_an_ods_code"), transaction.atomic():
        Organisation.objects.create(ods_code="", name="Nameless", kind="trust")


def test_an_organisation_that_closes_before_it_opens():
    with refused("core_organisation_closes_after_it_opens"), transaction.atomic():
        make_organisation(opened_on=date(2020, 4, 1), closed_on=date(2020, 3, 31))


def test_an_organisation_may_close_on_the_day_it_opens():
    make_organisation(opened_on=date(2020, 4, 1), closed_on=date(2020, 4, 1))


def test_two_users_with_one_address():
    make_user(email="one@example.org")
    with refused("email"), transaction.atomic():
        make_user(email="one@example.org")


def test_an_address_in_capitals():
    with refused("core_user_email_is_lower_case"), transaction.atomic():
        User.objects.create(email="One@example.org")


def test_a_user_made_with_an_address_in_capitals_gets_it_in_small_letters():
    assert make_user(email="One@Example.org").email == "one@example.org"


def test_the_same_current_membership_twice():
    user = make_user(Role.WARD_NURSE, ward="ASH")
    with refused("core_one_current_membership_of_a_kind|UNIQUE"), transaction.atomic():
        make_membership(user, user.acting.organisation, Role.WARD_NURSE, "ASH")


def test_a_membership_that_ended_can_be_given_again():
    user = make_user(Role.WARD_NURSE)
    Membership.objects.update(left_at=NOON)
    make_membership(user, user.acting.organisation, Role.WARD_NURSE)


def test_an_event_twice_in_the_chain():
    event = audit.record("a.done", by=None, at=NOON)
    AuditLink.objects.create(position=1, event=event, digest=bytes(32), sealed_at=NOON)
    with refused("event_id"), transaction.atomic():
        AuditLink.objects.create(position=2, event=event, digest=bytes(32), sealed_at=NOON)


def test_two_events_at_one_place_of_the_chain():
    one, other = (audit.record("a.done", by=None, at=NOON) for _ in range(2))
    AuditLink.objects.create(position=1, event=one, digest=bytes(32), sealed_at=NOON)
    with refused("position|pkey"), transaction.atomic():
        AuditLink.objects.create(position=1, event=other, digest=bytes(32), sealed_at=NOON)


def test_two_pulses_of_one_feed():
    organisation = make_organisation()
    FeedStatus.objects.create(feed="pas", organisation=organisation)
    with refused("feed"), transaction.atomic():
        FeedStatus.objects.create(feed="pas", organisation=organisation)

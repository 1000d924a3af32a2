"""A ward nurse's day begins on their own ward, when there is such a ward."""

import pytest

from homeward.core.domain.roles import Role
from tests.factories import make_organisation, make_user
from tests.factories_hospital import make_inpatient
from tests.support.clock import NOON

MINE = "/wards/mine/"


@pytest.fixture
def trust(db):
    return make_organisation("ZT1")


def begins(client, **of_user) -> str:
    client.force_login(make_user(Role.WARD_NURSE, **of_user))
    return client.get(MINE)["Location"]


def test_the_ward_of_the_nurse_opens(client, trust, clock):
    make_inpatient(trust, at=NOON)
    assert begins(client, organisation=trust, ward="ASH", site="ZT101") == "/wards/ZT101/ASH/"


def test_a_ward_nobody_has_heard_of_leads_to_the_list(client, trust, clock):
    make_inpatient(trust, at=NOON)
    assert begins(client, organisation=trust, ward="AHS", site="ZT101") == "/list/"


def test_a_nurse_of_no_ward_begins_with_the_list(client, trust, clock):
    assert begins(client, organisation=trust) == "/list/"


def test_the_same_ward_code_at_another_trust_is_another_ward(client, trust, clock):
    make_inpatient(trust, at=NOON)
    stranger = make_organisation("ZT2")
    assert begins(client, organisation=stranger, ward="ASH", site="ZT101") == "/list/"


def test_whoever_may_not_see_people_has_no_ward(client, trust):
    client.force_login(make_user(Role.ADMINISTRATOR, trust))
    assert client.get(MINE).status_code == 403

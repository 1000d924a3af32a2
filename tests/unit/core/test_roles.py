"""What each role may do."""

import pytest

from homeward.core.domain.roles import PERMISSIONS, ROLE_NAMES, Permission, Role, may
from tests.support.cases import read_cases

CASES = """
role                  | may
ward_nurse            | see_people break_glass
discharge_coordinator | see_people export_people break_glass
case_manager          | see_people export_people break_glass
provider              |
social_worker         |
control_centre        | see_people export_people
analyst               | see_people export_people
integration_engineer  | see_people see_messages mend_messages
privacy_officer       | see_people review_access
administrator         | review_access manage_members
"""


@pytest.mark.parametrize(
    ("role", "allowed"), read_cases(CASES, role=Role, may=lambda cell: set(cell.split()))
)
def test_a_role_may_do_this_and_nothing_else(role, allowed):
    assert {permission for permission in Permission if may(role, permission)} == allowed


def test_every_role_has_a_name_and_permissions():
    assert set(ROLE_NAMES) == set(PERMISSIONS) == set(Role)


@pytest.mark.parametrize("role", ["", "king", "WARD_NURSE"])
def test_an_unknown_role_may_do_nothing(role):
    assert not any(may(role, permission) for permission in Permission)


def test_a_role_may_be_given_as_text():
    assert may("ward_nurse", Permission.SEE_PEOPLE)

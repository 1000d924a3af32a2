"""Who belongs where, and whom a user acts for."""

from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user
from django.test import RequestFactory

from homeward.core import queries
from homeward.core.domain.roles import Permission, Role
from homeward.core.models import AuditEvent, Membership, User
from homeward.core.services import memberships
from tests.factories import make_membership, make_organisation, make_user
from tests.support.clock import NOON
from tests.support.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return make_user(Role.ADMINISTRATOR)


def add(by: User, email: str = "new@example.org", **more: str) -> memberships.Added:
    return memberships.add_member(email=email, role=Role.WARD_NURSE, by=by, at=NOON, **more)


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("pk").last()


def test_adding_someone_new_makes_a_user_without_a_password(administrator):
    added = add(administrator, "New.Nurse@Example.org ", name="New de Nurse", ward_code="ASH")
    user = added.membership.user
    assert added.new_user
    assert (user.email, user.get_full_name()) == ("new.nurse@example.org", "New de Nurse")
    assert not user.has_usable_password()
    assert added.membership.organisation == administrator.acting.organisation
    assert added.membership.ward_code == "ASH"
    assert EmailAddress.objects.get(user=user, verified=True, primary=True).email == user.email


def test_adding_someone_known_keeps_their_account(administrator):
    known = make_user(password="kept")
    added = add(administrator, known.email.upper())
    assert not added.new_user
    assert added.membership.user.check_password("kept")
    assert known.memberships.count() == 2


def test_adding_is_audited(administrator):
    add(administrator, ward_code="ASH")
    event = last_event()
    assert (event.action, event.by, event.organisation_id) == (
        "membership.added",
        administrator,
        administrator.acting.organisation_id,
    )
    assert event.detail == {
        "role": "administrator",
        "member": "new@example.org",
        "given": "ward_nurse",
        "ward": "ASH",
    }


def test_adding_the_same_role_twice_is_refused(administrator):
    add(administrator)
    with pytest.raises(memberships.AlreadyMember, match="ward nurse"):
        add(administrator)


@pytest.mark.parametrize("role", [Role.WARD_NURSE, Role.PRIVACY_OFFICER, None])
def test_only_administrators_add_and_end(role):
    user = make_user(role)
    with pytest.raises(memberships.NotAllowed):
        add(user)
    with pytest.raises(memberships.NotAllowed):
        memberships.end_membership(membership_id=uuid4(), by=user, at=NOON)
    assert not AuditEvent.objects.exists()


def test_ending_a_membership_is_audited_and_stops_it_at_once(administrator):
    nurse = make_user(organisation=administrator.acting.organisation)
    memberships.end_membership(membership_id=nurse.acting_id, by=administrator, at=NOON)
    assert Membership.objects.get(user=nurse).left_at == NOON
    assert User.objects.get(pk=nurse.pk).acting is None
    assert last_event().action == "membership.ended"
    assert last_event().detail["member"] == nurse.email


def test_another_organisations_membership_cannot_be_ended(administrator):
    stranger = make_user()
    with pytest.raises(Membership.DoesNotExist):
        memberships.end_membership(membership_id=stranger.acting_id, by=administrator, at=NOON)


def test_an_ended_membership_cannot_be_ended_again(administrator):
    nurse = make_user(organisation=administrator.acting.organisation)
    end = {"membership_id": nurse.acting_id, "by": administrator, "at": NOON}
    memberships.end_membership(**end)
    with pytest.raises(Membership.DoesNotExist):
        memberships.end_membership(**end)


def test_nobody_ends_their_own_membership(administrator):
    with pytest.raises(memberships.CannotEndOwnMembership):
        memberships.end_membership(membership_id=administrator.acting_id, by=administrator, at=NOON)


def test_switching_is_audited_under_the_new_organisation():
    user = make_user(Role.WARD_NURSE)
    before = user.acting_id
    other = make_membership(user, role=Role.ANALYST)
    memberships.switch_acting(membership_id=other.pk, by=user, at=NOON)
    assert User.objects.get(pk=user.pk).acting == other
    event = last_event()
    assert (event.action, event.organisation_id) == ("acting.switched", other.organisation_id)
    assert event.detail == {"role": "analyst", "before": str(before), "after": str(other.pk)}


def test_nobody_switches_to_what_is_not_theirs_or_has_ended():
    user = make_user()
    ended = make_membership(user, left_at=NOON)
    for membership in (make_user().acting, ended):
        with pytest.raises(Membership.DoesNotExist):
            memberships.switch_acting(membership_id=membership.pk, by=user, at=NOON)


def test_someone_whose_membership_ended_acts_as_nobody():
    user = make_user(Role.WARD_NURSE)
    Membership.objects.update(left_at=NOON)
    assert queries.user_of_session(user.pk).acting is None
    user.acting.refresh_from_db()
    assert not user.may(Permission.SEE_PEOPLE)


def test_someone_switched_off_may_nothing():
    user = make_user(Role.WARD_NURSE, is_active=False)
    assert not user.may(Permission.SEE_PEOPLE)


def test_a_session_loads_user_role_and_organisation_in_one_query(client, django_assert_num_queries):
    client.force_login(make_user())
    request = RequestFactory().get("/")
    request.session = client.session
    request.session.get("anything")
    with django_assert_num_queries(1):
        user = get_user(request)
        assert user.acting.organisation.name
        assert user.may(Permission.SEE_PEOPLE)


def test_a_session_of_nonsense_is_nobody():
    assert queries.user_of_session("nonsense") is None
    assert queries.user_of_session(uuid4()) is None


def test_at_sign_in_the_only_membership_is_taken():
    user = make_user(None)
    held = make_membership(user)
    make_membership(user, left_at=NOON)
    memberships.choose_acting(user=user)
    assert user.acting == held


def test_at_sign_in_the_last_one_used_is_kept():
    user = make_user()
    last = user.acting
    make_membership(user)
    memberships.choose_acting(user=user)
    assert user.acting == last


def test_at_sign_in_several_and_no_last_one_means_a_choice():
    user = make_user(None)
    make_membership(user)
    make_membership(user)
    memberships.choose_acting(user=user)
    assert user.acting is None


def test_roles_to_choose_from_leave_out_the_ended_and_other_peoples(django_assert_num_queries):
    user = make_user(Role.WARD_NURSE, ward="ASH")
    make_membership(user, left_at=NOON)
    make_user()
    with django_assert_num_queries(1):
        held = queries.roles_of(user)
    assert [(role.role, role.ward, role.acting) for role in held] == [("Ward nurse", "ASH", True)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [True, False])
def test_eight_administrators_adding_one_person_make_one_membership(known):
    organisation = make_organisation()
    administrators = [make_user(Role.ADMINISTRATOR, organisation) for _ in range(8)]
    email = make_user(None).email if known else "new@example.org"
    results = at_once(8, lambda number: add(administrators[number], email))
    assert sum(isinstance(result, memberships.Added) for result in results) == 1
    assert sum(isinstance(result, memberships.AlreadyMember) for result in results) == 7
    assert User.objects.get(email=email).memberships.count() == 1

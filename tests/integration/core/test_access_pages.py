"""People and access; who has seen what; the choice of role."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.core import mail

from homeward.core import navigation
from homeward.core.domain.roles import Role
from homeward.core.models import Membership, User
from homeward.core.services import audit
from tests.factories import make_membership, make_organisation, make_user
from tests.support.clock import NOON

pytestmark = pytest.mark.django_db

ACCESS = "/people-and-access/"
AUDIT = "/audit/"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def administrator(client) -> User:
    user = make_user(Role.ADMINISTRATOR)
    client.force_login(user)
    return user


@pytest.mark.parametrize("path", [ACCESS, AUDIT, "/switch", "/"])
def test_nobody_signed_in_is_sent_to_sign_in(client, path):
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", [ACCESS, AUDIT])
@pytest.mark.parametrize("role", [Role.WARD_NURSE, None])
def test_other_roles_are_forbidden(client, path, role):
    client.force_login(make_user(role))
    assert client.get(path).status_code == 403


def test_members_of_the_acting_organisation_are_listed_and_no_strangers(client, administrator):
    nurse = make_user(organisation=administrator.acting.organisation, ward="ASH")
    stranger = make_user()
    page = text(client.get(ACCESS))
    assert nurse.email in page
    assert "ASH" in page
    assert stranger.email not in page


def test_the_page_takes_as_many_queries_for_many_as_for_few(
    client, administrator, django_assert_num_queries
):
    for _ in range(10):
        make_user(organisation=administrator.acting.organisation)
    client.get(ACCESS)  # the first page of a session also writes down when it began
    # The session, the user with their role, the members.
    with django_assert_num_queries(3):
        client.get(ACCESS)


def test_adding_someone_shows_the_link_to_pass_on(client, administrator):
    response = client.post(ACCESS, {"email": "new@example.org", "role": "ward_nurse"})
    assert response.status_code == 200
    assert "http://testserver/accounts/password/reset/key/" in text(response)
    assert User.objects.get(email="new@example.org").memberships.count() == 1


def test_a_site_that_sends_mail_never_shows_the_link(client, administrator, settings):
    settings.HOMEWARD_SENDS_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    response = client.post(ACCESS, {"email": "new@example.org", "role": "ward_nurse"})
    assert response.status_code == 302
    assert mail.outbox[0].to == ["new@example.org"]
    assert "/accounts/password/reset/key/" in mail.outbox[0].body


def test_someone_who_can_sign_in_already_gets_no_link(client, administrator):
    known = make_user(password="kept")
    assert client.post(ACCESS, {"email": known.email, "role": "analyst"}).status_code == 302
    assert known.memberships.count() == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "Enter an email address"),
        ({"email": "nonsense", "role": "analyst"}, "in the correct format"),
        ({"email": "a@example.org"}, "Select a role"),
        ({"email": "a@example.org", "role": "king"}, "king"),
    ],
)
def test_a_wrong_form_says_what_to_mend_and_adds_nobody(client, administrator, data, message):
    response = client.post(ACCESS, data)
    assert response.status_code == 422
    assert message in text(response)
    assert User.objects.count() == 1


def test_a_role_they_have_already_is_said_beside_the_address(client, administrator):
    nurse = make_user(organisation=administrator.acting.organisation)
    response = client.post(ACCESS, {"email": nurse.email, "role": "ward_nurse"})
    assert response.status_code == 422
    assert "already has the role ward nurse" in text(response)


def test_ending_a_membership(client, administrator):
    nurse = make_user(organisation=administrator.acting.organisation)
    response = client.post(f"{ACCESS}{nurse.acting_id}/end")
    assert response.status_code == 302
    assert Membership.objects.get(user=nurse).left_at is not None
    assert "no longer has access" in str(next(iter(get_messages(response.wsgi_request))))


def test_before_a_role_ends_the_page_says_whose_and_changes_nothing(client, administrator):
    nurse = make_user(organisation=administrator.acting.organisation)
    response = client.get(f"{ACCESS}{nurse.acting_id}/end")
    assert f"End the access of {nurse}?" in text(response)
    assert "will no longer act as ward nurse" in text(response)
    assert Membership.objects.get(user=nurse).left_at is None


def test_nobody_is_asked_to_end_a_role_that_is_not_theirs_to_end(client, administrator):
    ended = make_user(organisation=administrator.acting.organisation)
    Membership.objects.filter(user=ended).update(left_at=NOON)
    for membership in (administrator.acting_id, make_user().acting_id, ended.acting_id, uuid4()):
        assert client.get(f"{ACCESS}{membership}/end").status_code == 404


def test_another_organisations_membership_is_not_found(client, administrator):
    stranger = make_user()
    assert client.post(f"{ACCESS}{stranger.acting_id}/end").status_code == 404
    assert client.post(f"{ACCESS}{uuid4()}/end").status_code == 404
    assert Membership.objects.get(pk=stranger.acting_id).left_at is None


def test_ones_own_membership_stays(client, administrator):
    response = client.post(f"{ACCESS}{administrator.acting_id}/end", follow=True)
    assert "You cannot end your own membership" in text(response)


@pytest.fixture
def officer(client) -> User:
    user = make_user(Role.PRIVACY_OFFICER)
    client.force_login(user)
    return user


def test_events_of_the_acting_organisation_are_listed_and_no_strangers(client, officer):
    nurse = make_user(organisation=officer.acting.organisation)
    audit.record("people.listed", by=nurse, at=NOON, subjects=[uuid4(), uuid4()])
    audit.record("secret.seen", by=make_user(), at=NOON)
    page = text(client.get(AUDIT))
    assert str(nurse) in page
    assert "People listed" in page
    assert "2 people" in page
    assert "Secret seen" not in page


def listed(page: str) -> list[str]:
    """What was done, of each event in the table."""
    table = page.partition("<tbody")[2].partition("</tbody>")[0]
    return re.findall(r"Person viewed|People exported", table)


def found(client, **wanted: str) -> list[str]:
    return listed(text(client.get(AUDIT, wanted)))


def test_events_can_be_filtered(client, officer):
    nurse = make_user(organisation=officer.acting.organisation, first_name="Ada", last_name="Low")
    # Late on 1 June in Greenwich is 2 June in London.
    late = NOON.replace(month=6, day=1, hour=23, minute=30)
    audit.record("person.viewed", by=nurse, at=late)
    audit.record("people.exported", by=officer, at=late - timedelta(days=1))
    assert found(client) == ["Person viewed", "People exported"]
    assert found(client, action="people.exported") == ["People exported"]
    assert found(client, user="ada") == ["Person viewed"]
    assert found(client, user=officer.email) == ["People exported"]
    assert found(client, since="2026-06-02") == ["Person viewed"]
    assert found(client, until="2026-06-01") == ["People exported"]
    assert found(client, since="2026-06-02", until="2026-06-02") == ["Person viewed"]


def test_a_filter_that_makes_no_sense_says_so(client, officer):
    response = client.get(AUDIT, {"since": "2026-06-02", "until": "2026-06-01"})
    assert response.status_code == 422
    assert "The last day must be the same as or after the first day" in text(response)
    assert client.get(AUDIT, {"since": "soon"}).status_code == 422


def test_events_come_fifty_a_page_in_as_many_queries(client, officer, django_assert_num_queries):
    for _ in range(120):
        audit.record("person.viewed", by=officer, at=NOON)
    client.get(AUDIT)  # the first page of a session also writes down when it began
    # The session, the user with their role, the actions, the count, the page.
    with django_assert_num_queries(5):
        page = text(client.get(AUDIT, {"page": "3", "action": "person.viewed"}))
    assert len(listed(page)) == 20
    assert "?action=person.viewed&amp;page=2" in page
    assert listed(text(client.get(AUDIT, {"page": "99"}))) == []


def test_switching(client):
    user = make_user(Role.WARD_NURSE)
    other = make_membership(user, make_organisation(name="Elsewhere"), Role.ANALYST)
    client.force_login(user)
    assert "Information analyst, Elsewhere" in text(client.get("/switch"))
    response = client.post("/switch", {"membership": str(other.pk)})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert User.objects.get(pk=user.pk).acting == other


def test_choosing_nothing_says_what_to_choose(client):
    user = make_user(None)
    make_membership(user)
    client.force_login(user)
    response = client.post("/switch", {})
    assert response.status_code == 422
    assert "Select who you are acting for" in text(response)


def test_what_is_not_theirs_cannot_be_chosen(client):
    client.force_login(make_user())
    response = client.post("/switch", {"membership": str(make_user().acting_id)})
    assert response.status_code == 422


def test_home_leads_to_the_page_that_answers_the_first_question_of_the_role(client):
    begins = {
        Role.WARD_NURSE: "/wards/mine/",
        Role.DISCHARGE_COORDINATOR: "/list/",
        Role.CONTROL_CENTRE: "/list/",
        Role.ANALYST: "/list/",
        Role.INTEGRATION_ENGINEER: "/feeds/",
        Role.PRIVACY_OFFICER: "/audit/",
        Role.ADMINISTRATOR: "/people-and-access/",
    }
    for role, page in begins.items():
        client.force_login(make_user(role))
        assert client.get("/")["Location"] == page


def test_home_of_a_role_without_pages_says_so(client):
    client.force_login(make_user(Role.PROVIDER))
    response = client.get("/")
    assert response.status_code == 200
    assert "That role has no pages" in text(response)


def test_home_of_somebody_without_a_role_says_so(client):
    client.force_login(make_user(None))
    response = client.get("/")
    assert response.status_code == 200
    assert "no organisation has given you a role" in text(response)


def test_home_of_somebody_with_roles_but_none_chosen_asks_which(client):
    user = make_user(None)
    make_membership(user)
    client.force_login(user)
    assert client.get("/")["Location"] == "/switch"


def test_navigation_marks_the_current_page(client, administrator):
    links = navigation.links(administrator, ACCESS)
    assert [link.text for link in links if link.current] == ["People and access"]
    assert navigation.links(administrator, f"{ACCESS}x/end")[-1].current

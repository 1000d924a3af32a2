"""Signing in with address and password, second steps, lock-out and sign-out."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from axes.models import AccessAttempt
from django.db.models import F
from django.utils import timezone

from homeward.core.domain.roles import Role
from homeward.core.models import AuditEvent, Membership, User
from homeward.core.services import invitations, memberships
from tests.factories import make_membership, make_user
from tests.support.clock import NOON

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
SECOND_STEP = "/accounts/2fa/authenticate/"
PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def clean_counts():
    """What allauth counts of attempts is kept in the cache of this process."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def nurse() -> User:
    return make_user(Role.WARD_NURSE, password=PASSWORD)


def sign_in(client, user: User, password: str = PASSWORD, **more: str):
    return client.post(LOGIN, {"login": user.email, "password": password, **more})


def signed_in(client) -> str | None:
    return client.session.get("_auth_user_id")


def events() -> list[AuditEvent]:
    return list(AuditEvent.objects.order_by("pk"))


def test_the_sign_in_page_needs_no_sign_in(client):
    assert client.get(LOGIN).status_code == 200


def test_signing_in_leads_home_and_is_audited(client, nurse):
    response = sign_in(client, nurse)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert signed_in(client) == str(nurse.pk)
    (event,) = events()
    assert (event.action, event.by, event.organisation) == (
        "sign_in.succeeded",
        nurse,
        nurse.acting.organisation,
    )
    assert event.detail == {"role": "ward_nurse", "address": "127.0.0.1"}


def test_signing_in_leads_to_the_page_that_was_asked_for(client, nurse):
    assert sign_in(client, nurse, next="/switch")["Location"] == "/switch"


def test_nobody_is_led_to_another_site(client, nurse):
    assert sign_in(client, nurse, next="https://evil.example/")["Location"] == "/"


def test_the_address_may_be_typed_in_capitals(client, nurse):
    client.post(LOGIN, {"login": nurse.email.upper(), "password": PASSWORD})
    assert signed_in(client) == str(nurse.pk)


def test_someone_with_several_roles_and_no_last_one_is_asked_which(client):
    user = make_user(None, password=PASSWORD)
    make_membership(user)
    make_membership(user)
    assert sign_in(client, user)["Location"] == "/switch"


def test_someone_whose_membership_ended_signs_in_as_nobody(client, nurse):
    Membership.objects.update(left_at=NOON)
    sign_in(client, nurse)
    assert User.objects.get(pk=nurse.pk).acting is None


@pytest.mark.parametrize(
    "attempt",
    [
        {"password": "wrong"},
        {"login": "nobody@example.org", "password": PASSWORD},
    ],
)
def test_a_failed_sign_in_does_not_say_what_was_wrong(client, nurse, attempt):
    response = client.post(LOGIN, {"login": nurse.email} | attempt)
    assert signed_in(client) is None
    assert "email address or the password is not right" in response.content.decode()


def test_a_failed_sign_in_is_audited_under_the_organisation_of_the_account(client, nurse):
    sign_in(client, nurse, "wrong")
    (event,) = events()
    assert (event.action, event.by, event.organisation) == (
        "sign_in.failed",
        None,
        nurse.acting.organisation,
    )
    assert event.detail == {
        "account": nurse.email,
        "address": "127.0.0.1",
        "step": "password",
        "locked": False,
    }


def test_what_is_typed_for_an_unknown_account_is_not_kept(client):
    client.post(LOGIN, {"login": "my.password@example.org", "password": "x"})
    (event,) = events()
    assert event.detail["account"] == ""
    assert event.organisation is None


def test_someone_switched_off_cannot_sign_in(client):
    sign_in(client, make_user(password=PASSWORD, is_active=False))
    assert signed_in(client) is None


def test_someone_without_a_password_cannot_sign_in(client):
    user = make_user()
    for attempt in ("", "!", user.password):
        sign_in(client, user, attempt)
    assert signed_in(client) is None


def test_five_failures_lock_the_address_out_even_with_the_right_password(client, nurse):
    for _ in range(4):
        assert sign_in(client, nurse, "wrong").status_code == 200
    locked = sign_in(client, nurse, "wrong")
    assert locked.status_code == 429
    assert "15 minutes" in locked.content.decode()
    assert sign_in(client, nurse).status_code == 429
    assert signed_in(client) is None
    assert events()[-1].detail["locked"] is True


def test_others_are_not_locked_out_with_them(client, nurse):
    for _ in range(6):
        sign_in(client, nurse, "wrong")
    other = make_user(password=PASSWORD)
    sign_in(client, other)
    assert signed_in(client) == str(other.pk)


def test_the_same_person_elsewhere_is_not_locked_out(client, nurse):
    for _ in range(6):
        sign_in(client, nurse, "wrong")
    client.post(LOGIN, {"login": nurse.email, "password": PASSWORD}, REMOTE_ADDR="10.0.0.2")
    assert signed_in(client) == str(nurse.pk)


def test_the_lock_ends_after_fifteen_minutes_whatever_is_tried_meanwhile(client, nurse):
    for _ in range(5):
        sign_in(client, nurse, "wrong")
    # Axes asks a clock of its own: the failures are moved instead.
    move_failures_back(timedelta(minutes=14))
    assert sign_in(client, nurse).status_code == 429
    move_failures_back(timedelta(minutes=1, seconds=1))
    sign_in(client, nurse)
    assert signed_in(client) == str(nurse.pk)


def move_failures_back(by: timedelta) -> None:
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - by)


def test_failures_before_a_success_are_forgotten(client, nurse):
    for _ in range(4):
        sign_in(client, nurse, "wrong")
    sign_in(client, nurse)
    client.post("/accounts/logout/")
    assert sign_in(client, nurse, "wrong").status_code == 200


def test_signing_out_ends_the_session_and_is_audited(client, nurse):
    sign_in(client, nurse)
    response = client.post("/accounts/logout/")
    assert (response.status_code, response["Location"]) == (302, LOGIN)
    assert signed_in(client) is None
    assert [(event.action, event.by) for event in events()][-1] == ("sign_out.done", nurse)


def test_a_link_elsewhere_cannot_sign_anybody_out(client, nurse):
    sign_in(client, nurse)
    client.get("/accounts/logout/")
    assert signed_in(client) == str(nurse.pk)


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/email/", "/accounts/3rdparty/"])
def test_nobody_makes_or_changes_an_account_by_themselves(client, nurse, path):
    assert client.get(path).status_code == 404
    data = {"email": "a@example.org", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post(path, data).status_code == 404
    sign_in(client, nurse)
    assert client.get(path).status_code == 404
    assert User.objects.count() == 1


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))


def test_an_invited_person_sets_a_password_once_and_signs_in(client):
    administrator = make_user(Role.ADMINISTRATOR)
    added = memberships.add_member(
        email="new@example.org", role=Role.ANALYST, by=administrator, at=NOON
    )
    link = invitations.invite(added, site="http://testserver/")
    page = client.get(link.removeprefix("http://testserver"), follow=True)
    address = page.request["PATH_INFO"]
    response = client.post(address, {"password1": PASSWORD, "password2": PASSWORD})
    assert response.status_code == 302
    assert events()[-1].action == "password.changed"
    again = client.get(link.removeprefix("http://testserver"), follow=True)
    assert 'name="password1"' not in again.content.decode()
    sign_in(client, added.membership.user)
    assert signed_in(client) == str(added.membership.user.pk)


@pytest.mark.parametrize("password", ["short1", "password1234", "new.person@example.org"])
def test_a_weak_first_password_is_refused(client, password):
    user = make_user(Role.ANALYST, email="new.person@example.org")
    page = client.get(invitations.first_password_path(user), follow=True)
    client.post(page.request["PATH_INFO"], {"password1": password, "password2": password})
    assert not User.objects.get(pk=user.pk).has_usable_password()


def with_second_step(user: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def test_setting_up_a_second_step_gives_recovery_codes(client, nurse):
    sign_in(client, nurse)
    assert "reauthenticate" in client.get("/accounts/2fa/totp/activate/")["Location"]
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r"\b[A-Z2-7]{32}\b", page).group()
    response = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}, follow=True)
    assert response.status_code == 200
    kinds = set(Authenticator.objects.filter(user=nurse).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}


def test_the_secret_of_a_second_step_is_stored_encrypted(nurse):
    secret = with_second_step(nurse)
    stored = Authenticator.objects.get(user=nurse, type="totp").data["secret"]
    assert secret not in stored
    assert len(stored) > len(secret)


def test_a_right_password_alone_does_not_sign_in(client, nurse):
    secret = with_second_step(nurse)
    assert sign_in(client, nurse)["Location"].startswith(SECOND_STEP)
    assert signed_in(client) is None
    assert events() == []
    client.post(SECOND_STEP, {"code": code_of(secret)})
    assert signed_in(client) == str(nurse.pk)
    assert [event.action for event in events()] == ["sign_in.succeeded"]


def test_a_wrong_code_is_audited(client, nurse):
    with_second_step(nurse)
    sign_in(client, nurse)
    client.post(SECOND_STEP, {"code": "000000"})
    assert signed_in(client) is None
    (event,) = events()
    assert (event.action, event.detail["step"]) == ("sign_in.failed", "code")


def test_codes_cannot_be_guessed_for_ever(client, nurse):
    secret = with_second_step(nurse)
    sign_in(client, nurse)
    for _ in range(10):
        client.post(SECOND_STEP, {"code": "000000"})
    client.post(SECOND_STEP, {"code": code_of(secret)})
    assert signed_in(client) is None


def test_a_recovery_code_works_once(client, nurse):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    with_second_step(nurse)
    code = RecoveryCodes.activate(nurse).get_unused_codes()[0]
    for works in (True, False):
        sign_in(client, nurse)
        client.post(SECOND_STEP, {"code": code})
        assert (signed_in(client) is not None) is works
        client.logout()


def test_a_session_ends_thirty_minutes_after_its_last_use(client, nurse, clock):
    sign_in(client, nurse)
    clock.forward(minutes=29)
    assert client.get("/switch").status_code == 200
    clock.forward(minutes=29)
    assert client.get("/switch").status_code == 200
    clock.forward(minutes=31)
    assert client.get("/switch").status_code == 302


def test_a_page_that_refreshes_itself_does_not_keep_a_session_alive(client, nurse, clock):
    sign_in(client, nurse)
    client.get("/switch")
    for _ in range(5):
        clock.forward(minutes=5)
        assert client.get("/switch", headers={"Homeward-Refresh": "1"}).status_code == 200
    clock.forward(minutes=6)
    assert client.get("/switch?refresh=1").status_code == 302


def test_a_session_ends_after_twelve_hours_whatever_its_use(client, nurse, clock):
    sign_in(client, nurse)
    client.get("/switch")
    for _ in range(12 * 3):
        clock.forward(minutes=20)
        assert client.get("/switch").status_code == 200
    clock.forward(minutes=20)
    assert client.get("/switch").status_code == 302


def test_using_a_session_within_a_minute_writes_nothing(client, nurse, django_assert_num_queries):
    sign_in(client, nurse)
    client.get("/switch")
    with django_assert_num_queries(3):  # the session, the user with their role, their roles
        client.get("/switch")


def test_the_stored_session_lives_as_long_as_its_idle_time(settings):
    assert timedelta(seconds=settings.SESSION_COOKIE_AGE) == settings.HOMEWARD_SESSION_IDLE

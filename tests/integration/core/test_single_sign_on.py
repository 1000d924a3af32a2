"""Single sign-on: those who belong here enter, nobody else, and everything is audited."""

import time
from typing import Any

import pytest
import requests

from homeward.core.domain.roles import Role
from homeward.core.models import AuditEvent, Membership, User
from tests.factories import make_user
from tests.support import single_sign_on
from tests.support.clock import NOON
from tests.support.single_sign_on import ENVIRONMENT, Issuer

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/oidc/sso/login/"
CALLBACK = "/accounts/oidc/sso/login/callback/"


@pytest.fixture
def issuer(monkeypatch, settings) -> Issuer:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    fresh = single_sign_on.security_settings()
    settings.SOCIALACCOUNT_PROVIDERS = fresh.SOCIALACCOUNT_PROVIDERS
    double = Issuer(now=time.time())
    monkeypatch.setattr(
        requests.Session, "request", lambda *args, **kw: double.request(*args, **kw)
    )
    return double


def enter(client, issuer: Issuer, **claims: Any):
    """Sign in at the issuer as whoever the claims say, and come back."""
    issuer.claims = {"sub": "1234", "email_verified": True} | claims
    away = client.post(LOGIN)
    assert away.status_code == 302
    assert away["Location"].startswith(f"{single_sign_on.ISSUER}/authorize?")
    return client.get(CALLBACK, issuer.sign_in(away["Location"]))


def signed_in(client) -> str | None:
    return client.session.get("_auth_user_id")


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_a_member_known_by_a_verified_address_enters(client, issuer):
    user = make_user(Role.ANALYST)
    response = enter(client, issuer, email=user.email)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert signed_in(client) == str(user.pk)
    assert actions() == ["sign_in.succeeded"]


def test_the_address_is_matched_whatever_its_capitals(client, issuer):
    user = make_user(Role.ANALYST)
    enter(client, issuer, email=user.email.upper())
    assert signed_in(client) == str(user.pk)


def test_the_second_time_the_person_is_known_by_their_key_at_the_issuer(client, issuer):
    user = make_user(Role.ANALYST)
    enter(client, issuer, email=user.email)
    client.logout()
    enter(client, issuer, email="married.name@example.org")
    assert signed_in(client) == str(user.pk)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@example.org"},
        {"email": "known@example.org", "email_verified": False},
        {"email": "known@example.org", "email_verified": "false"},
        {"email": "known@example.org", "email_verified": None},
        {"email": None},
    ],
)
def test_an_unknown_or_unverified_address_is_turned_away(client, issuer, claims):
    make_user(Role.ANALYST, email="known@example.org")
    response = enter(client, issuer, **claims)
    assert response.status_code == 403
    assert signed_in(client) is None
    assert User.objects.count() == 1
    assert actions() == ["sign_in.failed"]


def test_someone_whose_memberships_have_ended_is_turned_away(client, issuer):
    user = make_user(Role.ANALYST)
    enter(client, issuer, email=user.email)
    client.logout()
    Membership.objects.update(left_at=NOON)
    assert enter(client, issuer, email=user.email).status_code == 403
    assert signed_in(client) is None


def test_someone_switched_off_is_turned_away(client, issuer):
    user = make_user(Role.ANALYST, is_active=False)
    enter(client, issuer, email=user.email)
    assert signed_in(client) is None


def test_an_issuer_that_takes_the_code_back_signs_nobody_in(client, issuer):
    user = make_user(Role.ANALYST)
    issuer.refuse_token = True
    response = enter(client, issuer, email=user.email)
    assert signed_in(client) is None
    assert response.status_code in (200, 401, 403)
    assert actions() == ["sign_in.failed"]


def test_a_callback_that_nobody_asked_for_signs_nobody_in(client, issuer):
    make_user(Role.ANALYST)
    client.get(CALLBACK, {"code": "a-code", "state": "made-up"})
    assert signed_in(client) is None


def test_without_an_issuer_there_is_no_single_sign_on(client):
    assert client.post(LOGIN).status_code == 404


def test_browsers_may_be_sent_to_the_issuer_and_nowhere_else(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    policy = single_sign_on.security_settings().CONTENT_SECURITY_POLICY
    assert policy["DIRECTIVES"]["form-action"] == ["'self'", "https://issuer.example"]
    monkeypatch.setenv("HOMEWARD_OIDC_ORIGINS", "https://a.example https://b.example")
    policy = single_sign_on.security_settings().CONTENT_SECURITY_POLICY
    assert policy["DIRECTIVES"]["form-action"] == [
        "'self'",
        "https://a.example",
        "https://b.example",
    ]


def test_an_issuer_that_says_nothing_of_verification_can_be_trusted_by_a_setting(
    client, issuer, monkeypatch, settings
):
    monkeypatch.setenv("HOMEWARD_OIDC_TRUST_EMAIL", "yes")
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on.security_settings().SOCIALACCOUNT_PROVIDERS
    user = make_user(Role.ANALYST)
    enter(client, issuer, email=user.email, email_verified=None)
    assert signed_in(client) == str(user.pk)

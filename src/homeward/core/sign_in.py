"""Sign-in: invited people only, locked out after guesses, every coming and going audited.

These classes fill hooks of django-allauth and django-axes; settings/security.py names them.
"""

import base64
import hashlib
from datetime import datetime
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes

from homeward.core import queries
from homeward.core.models import User
from homeward.core.services import audit, memberships


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Loads a user with the membership they act in, in one query."""

    def get_user(self, user_id: object) -> User | None:
        """The user of a session; None when unknown or switched off."""
        user = queries.user_of_session(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Local sign-in: no public sign-up, and an audit event for each coming and going."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The email address or the password is not right",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Begin a session, once every step of the sign-in has passed."""
        now = timezone.now()
        with transaction.atomic():
            memberships.choose_acting(user=user)
            super().login(request, user)
            audit.record("sign_in.succeeded", by=user, at=now, address=client_address(request))

    def logout(self, request: HttpRequest) -> None:
        """End the session."""
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            audit.record("sign_out.done", by=user, at=timezone.now())

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Remember a failed sign-in. What was typed is kept only when it is a known address:
        people type passwords into the wrong box."""
        record_failure(
            request,
            queries.user_by_email(typed_email(request, credentials)),
            at=timezone.now(),
            step="password",
            locked=bool(getattr(request, "axes_locked_out", False)),
        )

    def reauthenticate(self, user: User, password: str) -> bool:
        """Check the password of someone who is already signed in."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def set_password(self, user: User, password: str) -> None:
        """Change a password, with an audit event."""
        with transaction.atomic():
            super().set_password(user, password)
            audit.record("password.changed", by=user, at=timezone.now())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To the page asked for; to the choice of role when there is more than one."""
        if cast(User, request.user).acting is None:
            return reverse("core:switch")
        return str(super().get_login_redirect_url(request))


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on: only people who already belong to an organisation here may enter."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        """Match by an address only when the issuer says that it is verified.

        Some issuers send the word "false", which would count as true.
        """
        return any(
            address.email == email and address.verified in (True, "true")
            for address in login.email_addresses
        )

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Turn away whoever is not known here or has left."""
        user = sociallogin.user if sociallogin.is_existing else None
        if user is not None and queries.has_current_membership(user):
            return
        if isinstance(request.user, User):  # already signed in, linking their other account
            return
        record_failure(request, user, at=timezone.now(), step="single sign-on", locked=False)
        page = render(request, "core/not_invited.jinja", status=403)
        raise ImmediateHttpResponse(page)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, **kwargs: Any
    ) -> None:
        """Remember a sign-on that the issuer, or our check of its answer, broke off."""
        record_failure(request, None, at=timezone.now(), step="single sign-on", locked=False)


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of second-step devices encrypted under the site's secret key."""

    def encrypt(self, text: str) -> str:
        """The text as it is stored."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text as it was."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def record_failure(
    request: HttpRequest, user: User | None, *, at: datetime, step: str, locked: bool
) -> None:
    """Audit a failed sign-in, under the organisation of the account when it is known."""
    audit.record(
        "sign_in.failed",
        by=None,
        at=at,
        organisation=user.acting.organisation if user and user.acting else None,
        account=user.email if user else "",
        address=client_address(request),
        step=step,
        locked=locked,
    )


def typed_email(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The e-mail address someone tries to sign in with, as the lock-out counts it."""
    given = (credentials or {}).get("email") or (credentials or {}).get("username")
    if given is None and request is not None:
        given = request.POST.get("login")
    return str(given or "").strip().lower()[:254]


def client_address(request: HttpRequest) -> str:
    """The network address the request came from, seen past our own proxies."""
    return str(get_client_ip(request) or "")


def locked_out(request: HttpRequest, *_: object) -> HttpResponse:
    """The page shown after too many failures."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "core/locked_out.jinja", {"minutes": minutes}, status=429)


def display_name(user: User) -> str:
    """How allauth's pages name a user."""
    return str(user)


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"second step" + force_bytes(key)).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])

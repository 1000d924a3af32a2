"""The one thing allauth tells only by a signal: a second step that failed."""

from typing import Any

from allauth.mfa.signals import authentication_failed
from django.http import HttpRequest
from django.utils import timezone

from homeward.core.models import User
from homeward.core.sign_in import record_failure


def connect() -> None:
    """Listen. Safe to call twice."""
    authentication_failed.connect(second_step_failed, dispatch_uid="core.second_step_failed")


def second_step_failed(*, request: HttpRequest, user: User, **_: Any) -> None:
    """Audit a wrong code after a right password."""
    record_failure(request, user, at=timezone.now(), step="code", locked=False)

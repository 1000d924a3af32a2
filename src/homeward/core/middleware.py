"""When a session ends."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from homeward.core.http import is_refresh

STARTED = "started_at"
LAST_USED = "last_used_at"
# Writing the session at each request would cost a commit a page.
WRITE_EVERY_SECONDS = 60


class SessionTimes:
    """Ends a session some time after its last use, and after its longest life whatever its use.

    A page that refreshes itself is not use: a screen left open does not stay signed in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Check and renew the session before the page is made."""
        if SESSION_KEY in request.session:
            self._renew_or_end(request, timezone.now().timestamp())
        return self.get_response(request)

    def _renew_or_end(self, request: HttpRequest, now: float) -> None:
        started = request.session.setdefault(STARTED, now)
        last_used = request.session.setdefault(LAST_USED, now)
        too_idle = now - last_used > settings.HOMEWARD_SESSION_IDLE.total_seconds()
        too_long = now - started > settings.HOMEWARD_SESSION_LONGEST.total_seconds()
        if too_idle or too_long:
            logout(request)
        elif not is_refresh(request) and now - last_used >= WRITE_EVERY_SECONDS:
            request.session[LAST_USED] = now

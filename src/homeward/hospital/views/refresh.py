"""Parts of pages that renew themselves."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect

from homeward.core.domain.roles import Permission
from homeward.core.http import Arguments, PlainView, View, needs


def needs_for_refresh(permission: Permission) -> Callable[[View[Arguments]], PlainView[Arguments]]:
    """Like `needs`, but a page whose session has ended is taken to sign-in as a whole.

    The sign-in page would otherwise be drawn inside the list, under people's names.
    """

    def gate(view: View[Arguments]) -> PlainView[Arguments]:
        gated = needs(permission)(view)

        @wraps(view)
        def refreshed(
            request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> HttpResponseBase:
            if getattr(request, "htmx", False) and not request.user.is_authenticated:
                return HttpResponseClientRedirect(resolve_url(settings.LOGIN_URL))
            return gated(request, *args, **kwargs)

        return cast("PlainView[Arguments]", refreshed)

    return gate

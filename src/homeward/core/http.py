"""What views share: a typed request, the permission gate and the refresh rule."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from homeward.core.domain.roles import Permission
from homeward.core.models import User

Arguments = ParamSpec("Arguments")
# A page that renews part of itself says so in one of these two ways.
REFRESH_HEADER = "Homeward-Refresh"
REFRESH_PARAMETER = "refresh"


class AuthedRequest(HttpRequest):
    """A request from someone who has signed in."""

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[AuthedRequest, Arguments], HttpResponseBase]
PlainView = Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]


def needs(permission: Permission) -> Callable[[View[Arguments]], PlainView[Arguments]]:
    """Let in only users whose acting role has the permission.

    Nobody signed in: to the sign-in page. Signed in without it: the 403 page.
    """

    def gate(view: View[Arguments]) -> PlainView[Arguments]:
        @wraps(view)
        def gated(
            request: AuthedRequest, *args: Arguments.args, **kwargs: Arguments.kwargs
        ) -> HttpResponseBase:
            if not request.user.may(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return cast(PlainView[Arguments], login_required(gated))

    return gate


def is_refresh(request: HttpRequest) -> bool:
    """Whether the page asked by itself, so that nobody is looking anew.

    Such a request does not keep a session alive and is not a new view of a person.
    """
    return REFRESH_HEADER in request.headers or REFRESH_PARAMETER in request.GET

"""What every page is given besides its own context."""

from typing import Any

from django.http import HttpRequest

from homeward.core import navigation
from homeward.core.models import User


def page_context(request: HttpRequest) -> dict[str, Any]:
    """The signed-in user, the membership they act in and the pages they may open.

    Works for error pages too, where the request may not have reached the sign-in step.
    """
    user = getattr(request, "user", None)
    signed_in = user if isinstance(user, User) and user.is_authenticated else None
    return {
        "user": signed_in,
        "acting": signed_in.acting if signed_in else None,
        "navigation": navigation.links(signed_in, request.path) if signed_in else [],
    }

"""Signing in to the demo with one click."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from homeward.core.queries import user_by_email
from homeward.demo.cast import BY_KEY


@require_POST
def sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """Sign in as one of the cast, then to the page a story begins at or else to their own first.

    There is no such page outside the demo.
    """
    actor = BY_KEY.get(key)
    user = user_by_email(actor.email) if actor is not None and settings.HOMEWARD_DEMO else None
    if actor is None or user is None:
        raise Http404
    user.backend = settings.AUTHENTICATION_BACKENDS[-1]
    get_adapter(request).login(request, user)
    begin = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(begin, allowed_hosts=None):
        return redirect(begin)
    return redirect("core:home")

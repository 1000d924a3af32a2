"""Signing in to the demo with one click."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from homeward.core.queries import user_by_email
from homeward.demo.cast import BY_KEY


@require_POST
def sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """Sign in as one of the cast. There is no such page outside the demo."""
    actor = BY_KEY.get(key)
    user = user_by_email(actor.email) if actor is not None and settings.HOMEWARD_DEMO else None
    if actor is None or user is None:
        raise Http404
    user.backend = settings.AUTHENTICATION_BACKENDS[-1]
    get_adapter(request).login(request, user)
    messages.success(request, f"You are {actor.name}, {actor.job.lower()}")
    return redirect("core:home")

"""Choosing which of one's roles to act in."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from homeward.core import queries
from homeward.core.forms import SwitchForm
from homeward.core.http import AuthedRequest
from homeward.core.services import memberships


@login_required
@require_http_methods(["GET", "POST"])
def switch(request: AuthedRequest) -> HttpResponseBase:
    """Show what the user may act as; on POST, change it."""
    held = queries.roles_of(request.user)
    data = request.POST if request.method == "POST" else None
    form = SwitchForm(data, held=held)
    if form.is_valid():
        chosen = UUID(form.cleaned_data["membership"])
        try:
            now_acting = memberships.switch_acting(
                membership_id=chosen, by=request.user, at=timezone.now()
            )
        except ObjectDoesNotExist:
            raise Http404 from None
        messages.success(request, f"You are now acting as {now_acting}")
        return redirect("core:home")
    status = 422 if form.errors else 200
    return render(request, "core/switch.jinja", {"form": form, "held": held}, status=status)

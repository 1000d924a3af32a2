"""How the list last compared with the hospital's own."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from homeward.core.domain.roles import Permission
from homeward.core.http import AuthedRequest, needs
from homeward.hospital.presenters.census import CensusView
from homeward.hospital.queries.census import hidden_numbers, last_match
from homeward.hospital.queries.scope import sight_of


@needs(Permission.SEE_PEOPLE)
@require_safe
def census(request: AuthedRequest) -> HttpResponseBase:
    """The last comparison and every difference in it."""
    now, user = timezone.now(), request.user
    match = last_match(user=user)
    hidden = hidden_numbers(user=user, sight=sight_of(user=user, at=now))
    view = CensusView(match, hidden) if match else None
    return render(request, "hospital/census.jinja", {"view": view, "now": now})

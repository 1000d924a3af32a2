"""The front page: straight to the page that answers the acting role's first question."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from homeward.core import navigation, queries
from homeward.core.http import AuthedRequest


@login_required
@require_safe
def home(request: AuthedRequest) -> HttpResponseBase:
    """Send people to their first page, or tell them that they have none."""
    first = navigation.home_of(request.user, request.path)
    if first:
        return redirect(first)
    if request.user.acting is None and queries.roles_of(request.user):
        return redirect("core:switch")
    return render(request, "core/home.jinja")


def closed(_: HttpRequest) -> HttpResponseBase:
    """A page of a library that this site does not offer."""
    raise Http404

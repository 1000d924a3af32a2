"""Pages that say why a request was refused or failed. Django settles their arguments."""

# ruff: noqa: ARG001

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request itself made no sense. No context processor: the session may be broken."""
    return HttpResponse(render_to_string("core/400.jinja"), status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but this role may not."""
    return render(request, "core/403.jinja", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form did not come from a page of ours, or that page was too old."""
    return render(request, "core/csrf.jinja", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or not yours to know of."""
    return render(request, "core/404.jinja", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Needs no database, no session and no context processor."""
    return HttpResponse(render_to_string("core/500.jinja"), status=500)

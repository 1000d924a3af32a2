"""Wards, and one ward as beds."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from homeward.core.domain.roles import Permission
from homeward.core.http import AuthedRequest, needs
from homeward.core.queries import feed_pulses
from homeward.hospital.presenters.wards import NO_SITE, WardView, ward_line
from homeward.hospital.queries.places import ward_names
from homeward.hospital.queries.scope import sight_of
from homeward.hospital.queries.wards import ward_or_none, ward_summaries
from homeward.hospital.services import viewing
from homeward.hospital.views.live_list import named
from homeward.hospital.views.refresh import needs_for_refresh


@needs(Permission.SEE_PEOPLE)
@require_safe
def wards(request: AuthedRequest) -> HttpResponseBase:
    """Every ward with its beds in figures. Nobody is named, so no view is audited."""
    now = timezone.now()
    names = ward_names(user=request.user)
    lines = [ward_line(summary, names) for summary in ward_summaries(user=request.user, at=now)]
    context = {
        "wards": [line for line in lines if line.is_ward],
        "elsewhere": [line for line in lines if not line.is_ward],
        "pulses": feed_pulses(request.user, now),
        "now": now,
    }
    return render(request, "hospital/wards.jinja", context)


@needs(Permission.SEE_PEOPLE)
@require_safe
def ward(request: AuthedRequest, site: str, ward: str) -> HttpResponseBase:
    """One ward as beds, for a desk or (`?wall=1`) for a screen on the wall."""
    context = _context(request, site, ward)
    view: WardView = context["view"]
    context["seen"] = viewing.list_seen(
        people=_people(view), by=request.user, at=view.at, list="ward", ward=ward, wall=view.wall
    )
    return render(request, "hospital/ward.jinja", context)


@needs_for_refresh(Permission.SEE_PEOPLE)
@require_safe
def ward_beds(request: AuthedRequest, site: str, ward: str) -> HttpResponseBase:
    """The beds alone, for the page to renew itself with."""
    context = _context(request, site, ward)
    view: WardView = context["view"]
    context["seen"] = viewing.list_refreshed(
        people=_people(view),
        seen=request.GET.get("seen", ""),
        by=request.user,
        at=view.at,
        list="ward",
        ward=ward,
        wall=view.wall,
    )
    return render(request, "hospital/ward_beds.jinja", context)


def _context(request: AuthedRequest, site: str, ward: str) -> dict[str, Any]:
    now, user = timezone.now(), request.user
    found = ward_or_none(
        user=user,
        sight=sight_of(user=user, at=now),
        site="" if site == NO_SITE else site,
        ward=ward,
        at=now,
    )
    if found is None:
        raise Http404
    wall = request.GET.get("wall") == "1"
    view = WardView(found, now, wall=wall, names=ward_names(user=user))
    return {"view": view, "pulses": feed_pulses(user, now)}


def _people(view: WardView) -> Any:
    rows = [row for bed in view.ward.beds for row in bed.people] + view.ward.unplaced
    return named(rows)

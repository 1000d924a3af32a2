"""Who is in, and why? The live list and the part of it that renews itself."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from homeward.core.domain.roles import Permission
from homeward.core.http import AuthedRequest, needs
from homeward.core.queries import feed_pulses
from homeward.hospital.domain.filters import Kind
from homeward.hospital.forms import filters_from
from homeward.hospital.presenters.live_list import ListView, filter_query
from homeward.hospital.queries import live_list as queries
from homeward.hospital.queries.census import last_match
from homeward.hospital.queries.filtering import Marked
from homeward.hospital.queries.places import ward_names
from homeward.hospital.queries.ready import ready_now
from homeward.hospital.queries.rows import ListRow
from homeward.hospital.queries.scope import sight_of
from homeward.hospital.services import viewing
from homeward.hospital.views.refresh import needs_for_refresh


@needs(Permission.SEE_PEOPLE)
@require_safe
def live_list(request: AuthedRequest) -> HttpResponseBase:
    """The whole page. One audit event holds everyone named on it."""
    context = page_of_list(request, choices=True)
    view: ListView = context["view"]
    context["seen"] = viewing.list_seen(
        people=named(view.page.rows),
        by=request.user,
        at=view.at,
        list="live",
        filter=filter_query(view.filters),
    )
    return render(request, "hospital/live_list.jinja", context)


@needs_for_refresh(Permission.SEE_PEOPLE)
@require_safe
def live_list_rows(request: AuthedRequest) -> HttpResponseBase:
    """The counts and rows alone, for the page to renew itself with."""
    context = page_of_list(request, choices=False)
    view: ListView = context["view"]
    context["seen"] = viewing.list_refreshed(
        people=named(view.page.rows),
        seen=request.GET.get("seen", ""),
        by=request.user,
        at=view.at,
        list="live",
        filter=filter_query(view.filters),
    )
    return render(request, "hospital/live_list_rows.jinja", context)


def page_of_list(request: AuthedRequest, *, choices: bool) -> dict[str, Any]:
    """Everything the page shows. choices: also what the filters may be set to."""
    now = timezone.now()
    user, filters = request.user, filters_from(request.GET.dict())
    sight = sight_of(user=user, at=now)
    clashing, ready = queries.clashes(user=user, at=now), ready_now(user=user, at=now)
    groups = queries.list_groups(user=user, at=now)
    marked = Marked(frozenset(clash.spell for clash in clashing), ready)
    page = queries.list_page(user=user, sight=sight, filters=filters, marked=marked, at=now)
    asks_who_left = bool(filters.search) and not page.total and filters.kind is not Kind.LEFT
    view = ListView(
        filters=filters,
        page=page,
        counts=queries.list_counts(groups, filters=filters, clashing=clashing, ready=ready),
        choices=queries.place_choices(groups) if choices else None,
        names=ward_names(user=user),
        match=last_match(user=user),
        left=queries.left_matches(user=user, sight=sight, filters=filters, at=now)
        if asks_who_left
        else None,
        at=now,
    )
    return {
        "view": view,
        "pulses": feed_pulses(user, now),
        "may_export": user.may(Permission.EXPORT_PEOPLE),
    }


def named(rows: list[ListRow]) -> list[UUID]:
    """Those whose identity the rows give away."""
    return [row.person for row in rows if not row.masked]

"""What waits for a decision, by cause, and deciding on a whole group at once."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from homeward.core.domain.roles import Permission
from homeward.core.errors import HomewardError
from homeward.core.http import AuthedRequest, needs
from homeward.core.queries import feed_pulses
from homeward.gateway.forms import GroupForm, PageForm, ReasonForm
from homeward.gateway.presenters.quarantine import (
    PAGES,
    QUARANTINED,
    REJECTED,
    GroupView,
    QuarantineView,
    group_name,
    replayed_words,
)
from homeward.gateway.queries import quarantine as queries
from homeward.gateway.services import group_decisions


@needs(Permission.SEE_MESSAGES)
@require_safe
def quarantined(request: AuthedRequest) -> HttpResponseBase:
    """What waits in quarantine, grouped by cause and feed."""
    return _groups(request, QUARANTINED)


@needs(Permission.SEE_MESSAGES)
@require_safe
def rejected(request: AuthedRequest) -> HttpResponseBase:
    """What was rejected, grouped likewise, and senders that no feed takes."""
    return _groups(request, REJECTED)


def _groups(request: AuthedRequest, outcome: str) -> HttpResponseBase:
    now, user = timezone.now(), request.user
    view = QuarantineView(
        outcome,
        queries.cause_groups(user=user, outcome=outcome),
        queries.waiting_counts(user=user),
        queries.unclaimed(user=user, at=now) if outcome == REJECTED else [],
        now,
    )
    context = {"view": view, "pulses": feed_pulses(user, now)}
    return render(request, "gateway/quarantine.jinja", context)


def _group_view(request: AuthedRequest, outcome: str, feed: str, cause: str) -> GroupView:
    """The group with the page and the bounds that the address names. Raises Http404."""
    paging, bounds = PageForm(request.GET), GroupForm(request.GET)
    if not paging.is_valid() or not bounds.is_valid():
        raise Http404
    after = bounds.cleaned_data["after"] or 0
    page = queries.group_page(
        user=request.user,
        outcome=outcome,
        feed=feed,
        cause=cause,
        page=paging.cleaned_data["page"] or 1,
        after=after,
    )
    if not page.total:
        raise Http404
    return GroupView(outcome, feed, cause, page, after if page.left else 0)


@needs(Permission.SEE_MESSAGES)
@require_safe
def group(request: AuthedRequest, outcome: str, feed: str, cause: str) -> HttpResponseBase:
    """The messages of one feed that wait for one cause."""
    view = _group_view(request, outcome, feed, cause)
    context = {
        "view": view,
        "may_mend": request.user.may(Permission.MEND_MESSAGES),
        "pulses": feed_pulses(request.user, timezone.now()),
        "now": timezone.now(),
    }
    return render(request, "gateway/group.jinja", context)


@needs(Permission.MEND_MESSAGES)
@require_POST
def replay_group(request: AuthedRequest, outcome: str, feed: str, cause: str) -> HttpResponseBase:
    """Try a group's messages again, as many as one press takes on."""
    now, user = timezone.now(), request.user
    bounds = GroupForm(request.POST)
    page = queries.group_page(user=user, outcome=outcome, feed=feed, cause=cause)
    if not page.total or not bounds.is_valid():
        raise Http404
    upto = bounds.cleaned_data["upto"] or page.last
    done = group_decisions.replay_group(
        outcome=outcome,
        feed=feed,
        cause=cause,
        after=bounds.cleaned_data["after"] or 0,
        upto=upto,
        by=user,
        at=now,
    )
    tell = messages.success if "applied" in done.outcomes else messages.warning
    tell(request, f"Replayed {done.tried:,}: {replayed_words(done)}")
    left = queries.group_page(user=user, outcome=outcome, feed=feed, cause=cause, after=done.last)
    if not left.total:
        return redirect(PAGES[outcome])
    address = reverse(group_name(outcome), args=(feed, cause))
    return redirect(f"{address}?{urlencode({'after': done.last})}" if left.left else address)


@needs(Permission.MEND_MESSAGES)
@require_http_methods(["GET", "POST"])
def dismiss_group(request: AuthedRequest, outcome: str, feed: str, cause: str) -> HttpResponseBase:
    """Ask why, then put a group's messages away."""
    view = _group_view(request, outcome, feed, cause)
    bounds = GroupForm(request.POST)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and bounds.is_valid():
        try:
            count = group_decisions.dismiss_group(
                outcome=outcome,
                feed=feed,
                cause=cause,
                upto=bounds.cleaned_data["upto"] or view.page.last,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except HomewardError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Dismissed {count:,} message{'' if count == 1 else 's'}")
            return redirect(PAGES[outcome])
    context = {"form": form, "view": view}
    return render(
        request, "gateway/dismiss_group.jinja", context, status=422 if form.errors else 200
    )

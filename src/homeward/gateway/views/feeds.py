"""Feeds: how each does, its settings and who changed them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from homeward.core.domain.roles import Permission
from homeward.core.errors import HomewardError
from homeward.core.http import AuthedRequest, needs
from homeward.core.queries import feed_pulses
from homeward.gateway.forms import FeedForm, initial_of
from homeward.gateway.presenters.feeds import FeedView, LineView, clash_words
from homeward.gateway.queries import feeds as queries
from homeward.gateway.services.feed_changes import change_feed


@needs(Permission.SEE_MESSAGES)
@require_safe
def feeds(request: AuthedRequest) -> HttpResponseBase:
    """Every feed of the acting organisation, a line each."""
    now = timezone.now()
    lines = [LineView(line, now) for line in queries.feed_lines(user=request.user, at=now)]
    context = {"lines": lines, "now": now, "pulses": feed_pulses(request.user, now)}
    return render(request, "gateway/feeds.jinja", context)


@needs(Permission.SEE_MESSAGES)
@require_safe
def feed(request: AuthedRequest, name: str) -> HttpResponseBase:
    """One feed: how it did lately, its settings and who changed them."""
    now, user = timezone.now(), request.user
    record = queries.feed_record(user=user, name=name)
    if record is None:
        raise Http404
    view = FeedView(
        record,
        queries.feed_health(user=user, feed=record, at=now),
        queries.feed_changes(user=user, name=name),
        now,
    )
    context = {"view": view, "may_mend": user.may(Permission.MEND_MESSAGES)}
    return render(request, "gateway/feed.jinja", context)


@needs(Permission.MEND_MESSAGES)
@require_http_methods(["GET", "POST"])
def edit_feed(request: AuthedRequest, name: str) -> HttpResponseBase:
    """Change the settings of a feed."""
    record = queries.feed_record(user=request.user, name=name)
    if record is None:
        raise Http404
    version = queries.settings_version(user=request.user, name=name)
    data = request.POST.copy() if request.method == "POST" else None
    form = FeedForm(data, initial=initial_of(record.settings, version))
    if data is not None and form.is_valid() and _save(request, form, name, version):
        return redirect("gateway:feed", name)
    if data is not None:
        # Saving again means that the other change was seen.
        data["version"] = str(version)
    context = {"form": form, "record": record}
    status = 422 if form.errors else 200
    return render(request, "gateway/edit_feed.jinja", context, status=status)


def _save(request: AuthedRequest, form: FeedForm, name: str, version: int) -> bool:
    """Save the settings unless someone else was quicker. Errors go to the form."""
    if form.cleaned_data["version"] != version:
        form.add_error(None, clash_words(queries.feed_changes(user=request.user, name=name)))
        return False
    try:
        change_feed(name=name, values=form.values(), by=request.user, at=timezone.now())
    except ObjectDoesNotExist:
        raise Http404 from None
    except HomewardError as error:
        _put_error(form, str(error))
        return False
    messages.success(request, f"Settings of {name} saved")
    return True


def _put_error(form: FeedForm, text: str) -> None:
    """Put "charset: Enter ..." beside the field that it names."""
    field, _, told = text.partition(": ")
    known: dict[str, Any] = form.fields
    if field in known and told:
        form.add_error(field, told)
    else:
        form.add_error(None, text)

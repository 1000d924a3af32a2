"""The message log, one message, and what is decided about it."""

from collections.abc import Callable

from django.contrib import messages as banners
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from homeward.core.domain.roles import Permission
from homeward.core.errors import HomewardError
from homeward.core.http import AuthedRequest, needs
from homeward.core.queries import feed_pulses
from homeward.gateway.forms import LogFilterForm, ReasonForm
from homeward.gateway.presenters.messages import LogView, MessageView
from homeward.gateway.presenters.quarantine import replayed_words
from homeward.gateway.queries import feeds as feed_queries
from homeward.gateway.queries import messages as queries
from homeward.gateway.queries.messages import LogPage, LogWanted, MessageBrief
from homeward.gateway.queries.people import SpokenOf
from homeward.gateway.services import decisions, viewing
from homeward.gateway.services.group_decisions import Replayed


@needs(Permission.SEE_MESSAGES)
@require_safe
def messages(request: AuthedRequest) -> HttpResponseBase:
    """The message log, newest first. Nothing in it names a person but the one asked about."""
    now, user = timezone.now(), request.user
    feeds = feed_queries.feed_names(user=user)
    form = LogFilterForm(request.GET, auto_id="filter-%s")
    context = {"form": form, "pulses": feed_pulses(user, now)}
    if not form.is_valid():
        context["view"] = LogView(LogPage([], 0, 1), LogWanted(), feeds, None, now, form.typed())
        return render(request, "gateway/messages.jinja", context, status=422)
    wanted = form.wanted()
    person = _person(request, wanted)
    page = queries.log_page(user=user, wanted=wanted, at=now)
    context["view"] = LogView(page, wanted, feeds, person, now, form.typed())
    return render(request, "gateway/messages.jinja", context)


def _person(request: AuthedRequest, wanted: LogWanted) -> SpokenOf | None:
    """The person the log is asked about; naming them is audited. A stranger's is 404."""
    if wanted.person is None:
        return None
    now, user = timezone.now(), request.user
    person = queries.person_of_log(user=user, at=now, person=wanted.person)
    if person is None:
        raise Http404
    if person.held and not person.hidden:
        viewing.log_of_person_seen(person=person.person, by=user, at=now)
    return person


@needs(Permission.SEE_MESSAGES)
@require_safe
def message(request: AuthedRequest, receipt: int) -> HttpResponseBase:
    """One message with everything that became of it. Each opening is audited."""
    now, user = timezone.now(), request.user
    record = queries.message_record(user=user, receipt=receipt, at=now)
    if record is None:
        raise Http404
    viewing.message_seen(
        receipt=receipt, people=record.subjects, masked=record.masked, by=user, at=now
    )
    context = {
        "view": MessageView(record, now),
        "record": record,
        "may_mend": user.may(Permission.MEND_MESSAGES),
    }
    return render(request, "gateway/message.jinja", context)


def _brief_or_404(request: AuthedRequest, receipt: int) -> MessageBrief:
    found = queries.message_brief(user=request.user, receipt=receipt)
    if found is None:
        raise Http404
    return found


@needs(Permission.MEND_MESSAGES)
@require_POST
def replay(request: AuthedRequest, receipt: int) -> HttpResponseBase:
    """Try one message again."""
    _brief_or_404(request, receipt)
    outcomes = decisions.replay(receipts=[receipt], by=request.user, at=timezone.now())
    if outcomes:
        words = replayed_words(Replayed(outcomes))
        tell = banners.success if "applied" in outcomes else banners.warning
        tell(request, f"Replayed: {words.removeprefix('1 ')}")
    else:
        banners.warning(request, "This message counts already, so there is nothing to replay")
    return redirect("gateway:message", receipt)


@needs(Permission.MEND_MESSAGES)
@require_http_methods(["GET", "POST"])
def dismiss(request: AuthedRequest, receipt: int) -> HttpResponseBase:
    """Ask why, then put a quarantined message away."""

    def decide(reason: str) -> str:
        done = decisions.dismiss(
            receipts=[receipt], reason=reason, by=request.user, at=timezone.now()
        )
        if not done:
            raise HomewardError("Only a message that waits in quarantine can be dismissed")
        return "Message dismissed"

    return _decide(request, receipt, decide, "gateway/dismiss.jinja")


@needs(Permission.MEND_MESSAGES)
@require_http_methods(["GET", "POST"])
def set_aside(request: AuthedRequest, receipt: int) -> HttpResponseBase:
    """Ask why, then take an applied message out of account."""

    def decide(reason: str) -> str:
        decisions.set_aside(receipt=receipt, reason=reason, by=request.user, at=timezone.now())
        return "Message set aside. Everyone it spoke of was worked out again without it"

    return _decide(request, receipt, decide, "gateway/set_aside.jinja")


def _decide(
    request: AuthedRequest, receipt: int, decide: Callable[[str], str], template: str
) -> HttpResponseBase:
    """A page that asks for a reason and then does what it says."""
    brief = _brief_or_404(request, receipt)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            told = decide(form.cleaned_data["reason"])
        except HomewardError as error:
            form.add_error(None, str(error))
        else:
            banners.success(request, told)
            return redirect("gateway:message", receipt)
    context = {"form": form, "brief": brief}
    return render(request, template, context, status=422 if form.errors else 200)

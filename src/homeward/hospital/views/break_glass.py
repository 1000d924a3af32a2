"""Opening a restricted record for a reason, and reviewing who did."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from homeward.core.domain.roles import Permission
from homeward.core.errors import HomewardError
from homeward.core.http import AuthedRequest, needs
from homeward.hospital.forms import BreakGlassForm, ReviewForm
from homeward.hospital.queries.break_glass import opened_records
from homeward.hospital.queries.handles import restricted_person_or_none
from homeward.hospital.queries.people import person_gate
from homeward.hospital.queries.scope import sight_of
from homeward.hospital.services import break_glass as services


@needs(Permission.SEE_PEOPLE)
@require_http_methods(["GET", "POST"])
def break_glass(request: AuthedRequest, person_id: UUID) -> HttpResponseBase:
    """Ask why a restricted record is needed; with a reason it opens for 60 minutes."""
    return _ask_why(request, person_id)


@needs(Permission.SEE_PEOPLE)
@require_http_methods(["GET", "POST"])
def restricted(request: AuthedRequest, handle: str) -> HttpResponseBase:
    """The same, from a row that does not say who it is."""
    person = restricted_person_or_none(user=request.user, handle=handle)
    if person is None:
        raise Http404
    return _ask_why(request, person)


def _ask_why(request: AuthedRequest, person_id: UUID) -> HttpResponseBase:
    now, user = timezone.now(), request.user
    gate = person_gate(user=user, sight=sight_of(user=user, at=now), person=person_id)
    if gate is None:
        raise Http404
    if gate.known or gate.merged_into is not None:
        return redirect("hospital:person", person_id)
    form = BreakGlassForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.open_record(
                person=person_id, reason=form.cleaned_data["reason"], by=user, at=now
            )
        except HomewardError as error:
            form.add_error("reason", str(error))
        else:
            return redirect("hospital:person", person_id)
    context = {"form": form, "may_open": user.may(Permission.BREAK_GLASS)}
    return render(
        request, "hospital/break_glass.jinja", context, status=422 if form.errors else 200
    )


@needs(Permission.REVIEW_ACCESS)
@require_safe
def review_list(request: AuthedRequest) -> HttpResponseBase:
    """Who opened restricted records and why, those not yet reviewed first."""
    context = {"records": opened_records(user=request.user), "now": timezone.now()}
    return render(request, "hospital/break_glass_review.jinja", context)


@needs(Permission.REVIEW_ACCESS)
@require_http_methods(["GET", "POST"])
def review(request: AuthedRequest, opening_id: UUID) -> HttpResponseBase:
    """Write down what a reviewer makes of one break-glass."""
    records = {record.id: record for record in opened_records(user=request.user)}
    if opening_id not in records:
        raise Http404
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.review_opening(
                opening=opening_id,
                note=form.cleaned_data["note"],
                by=request.user,
                at=timezone.now(),
            )
        except HomewardError as error:
            form.add_error("note", str(error))
        else:
            messages.success(request, "Review saved")
            return redirect("hospital:break_glass_review")
    context = {"form": form, "record": records[opening_id]}
    return render(
        request, "hospital/break_glass_note.jinja", context, status=422 if form.errors else 200
    )

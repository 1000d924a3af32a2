"""Why is this person still here? The page about one person."""

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from homeward.core.domain.roles import Permission
from homeward.core.http import AuthedRequest, needs
from homeward.core.queries import feed_pulses, views_of
from homeward.hospital.presenters.person import PersonView
from homeward.hospital.queries.people import person_gate, person_record
from homeward.hospital.queries.places import ward_names
from homeward.hospital.queries.scope import sight_of
from homeward.hospital.services import viewing


@needs(Permission.SEE_PEOPLE)
@require_safe
def person(request: AuthedRequest, person_id: UUID) -> HttpResponseBase:
    """Everything known of one person. Each opening is audited."""
    now, user = timezone.now(), request.user
    gate = person_gate(user=user, sight=sight_of(user=user, at=now), person=person_id)
    if gate is None:
        raise Http404
    if gate.merged_into is not None:
        return redirect("hospital:person", gate.merged_into)
    if not gate.known:
        return redirect("hospital:break_glass", person_id)
    viewing.person_seen(person=person_id, by=user, at=now)
    record = person_record(user=user, person=person_id)
    context = {
        "view": PersonView(record, now, ward_names(user=user)),
        "looks": views_of(person_id, user=user, limit=50),
        "pulses": feed_pulses(user, now),
        "may_see_messages": user.may(Permission.SEE_MESSAGES),
    }
    return render(request, "hospital/person.jinja", context)

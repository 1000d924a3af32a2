"""Who has seen what, and who may."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from homeward.core import presenters, queries
from homeward.core.domain.roles import Permission
from homeward.core.errors import HomewardError
from homeward.core.forms import AddMemberForm, AuditFilterForm
from homeward.core.http import AuthedRequest, needs
from homeward.core.services import invitations, memberships


@needs(Permission.REVIEW_ACCESS)
@require_safe
def audit(request: AuthedRequest) -> HttpResponseBase:
    """The events of the acting organisation, newest first, fifty a page."""
    form = AuditFilterForm(request.GET)
    if not form.is_valid():
        context = {"form": form, "page": presenters.EMPTY_AUDIT_PAGE}
        return render(request, "core/audit.jinja", context, status=422)
    found = queries.audit_events(user=request.user, wanted=form.wanted())
    context = {"form": form, "page": presenters.audit_page(found, form.wanted())}
    return render(request, "core/audit.jinja", context)


@needs(Permission.MANAGE_MEMBERS)
@require_http_methods(["GET", "POST"])
def people_and_access(request: AuthedRequest) -> HttpResponseBase:
    """Everyone who belongs to the acting organisation; on POST, add someone."""
    form = AddMemberForm(request.POST if request.method == "POST" else None)
    link = ""
    if form.is_valid():
        try:
            added = memberships.add_member(by=request.user, at=timezone.now(), **form.cleaned_data)
        except HomewardError as error:
            form.add_error("email", str(error))
        else:
            link = invitations.invite(added, site=request.build_absolute_uri("/"))
            messages.success(request, f"Added {added.membership.user.email}")
            if not link:
                return redirect("core:people_and_access")
            form = AddMemberForm()
    members = queries.members(user=request.user)
    context = {"form": form, "members": members, "invitation_link": link}
    status = 422 if form.errors else 200
    return render(request, "core/people_and_access.jinja", context, status=status)


@needs(Permission.MANAGE_MEMBERS)
@require_http_methods(["GET", "POST"])
def end_membership(request: AuthedRequest, membership_id: UUID) -> HttpResponseBase:
    """Say what ending someone's role means; on POST, end it from now on."""
    if request.method == "GET":
        member = queries.current_member(user=request.user, membership_id=membership_id)
        if member is None:
            raise Http404
        return render(request, "core/end_membership.jinja", {"member": member})
    try:
        ended = memberships.end_membership(
            membership_id=membership_id, by=request.user, at=timezone.now()
        )
    except ObjectDoesNotExist:
        raise Http404 from None
    except HomewardError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{ended.user} no longer has access as {ended}")
    return redirect("core:people_and_access")

"""Where a ward nurse's day begins."""

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from homeward.core.domain.roles import Permission
from homeward.core.http import AuthedRequest, needs
from homeward.hospital.presenters.wards import ward_href
from homeward.hospital.queries.wards import ward_summaries


@needs(Permission.SEE_PEOPLE)
@require_safe
def my_ward(request: AuthedRequest) -> HttpResponseBase:
    """To the ward of whoever asks; to the live list when no bed of it is known."""
    acting = request.user.acting
    if acting is None or not acting.ward_code:
        return redirect("hospital:live_list")
    own = (acting.site_code, acting.ward_code)
    summaries = ward_summaries(user=request.user, at=timezone.now())
    if any((summary.site, summary.ward) == own for summary in summaries):
        return redirect(ward_href(*own))
    return redirect("hospital:live_list")

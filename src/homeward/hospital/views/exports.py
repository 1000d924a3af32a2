"""The live list as a file."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from homeward.core.domain.roles import Permission
from homeward.core.http import AuthedRequest, needs
from homeward.hospital.forms import filters_from
from homeward.hospital.presenters.live_list import filter_query
from homeward.hospital.services.exports import ExportKind, export_list


@needs(Permission.EXPORT_PEOPLE)
@require_safe
def export_csv(request: AuthedRequest) -> HttpResponse:
    """The filtered list as CSV."""
    return _export(request, ExportKind.CSV)


@needs(Permission.EXPORT_PEOPLE)
@require_safe
def export_xlsx(request: AuthedRequest) -> HttpResponse:
    """The filtered list as an Excel book."""
    return _export(request, ExportKind.EXCEL)


def _export(request: AuthedRequest, kind: ExportKind) -> HttpResponse:
    filters = filters_from(request.GET.dict())
    made = export_list(
        filters=filters,
        filter_text=filter_query(filters, page=1),
        kind=kind,
        by=request.user,
        at=timezone.now(),
    )
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response

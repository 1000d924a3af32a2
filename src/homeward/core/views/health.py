"""Whether the system is well, for monitors and load balancers."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from homeward.core import queries


@never_cache
@require_safe
def healthz(_: HttpRequest) -> JsonResponse:
    """200 with the state of database, feeds and queue; 503 when the database is down."""
    health = queries.health(at=timezone.now())
    return JsonResponse(health.as_dict(), status=200 if health.database == "ok" else 503)

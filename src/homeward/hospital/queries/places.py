"""The hospital's own list of wards and beds, and names of sites."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from homeward.core.models import Organisation, User
from homeward.hospital.domain.places import NO_NAMES, WardNames
from homeward.hospital.models import Bed, Ward

Place = tuple[str, str]


def ward_names(*, user: User) -> WardNames:
    """Names of the wards in the user's organisation, closed ones among them. One query."""
    if user.acting is None:
        return NO_NAMES
    return names_in(user.acting.organisation_id)


def names_in(organisation: UUID) -> WardNames:
    """The same for one organisation, for commands, which know no user. One query."""
    rows = Ward.objects.filter(organisation_id=organisation)
    return WardNames({(site, code): name for site, code, name in rows.values_list(*NAME_FIELDS)})


NAME_FIELDS = ("site", "code", "name")


def wards_in_use(organisation: UUID, *, on: date) -> set[Place]:
    """(site, ward code) of every ward on the hospital's list on that date. One query."""
    rows = Ward.objects.filter(organisation_id=organisation).on(on)
    return set(rows.values_list("site", "code"))


def beds_in_use(organisation: UUID, *, on: date) -> list[tuple[str, str, str, str]]:
    """(site, ward, room, bed) of every bed on the hospital's list on that date. One query."""
    wards = Ward.objects.filter(organisation_id=organisation).on(on)
    beds = Bed.objects.filter(ward__in=wards.values("pk"), valid_from__lte=on)
    in_use = beds.filter(valid_to=None) | beds.filter(valid_to__gt=on)
    return list(in_use.order_by().values_list("ward__site", "ward__code", "room", "bed"))


def site_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of sites by ODS code; a code without an organisation is left out. One query."""
    found = Organisation.objects.filter(ods_code__in=sorted(set(codes)))
    return dict(found.order_by().values_list("ods_code", "name"))

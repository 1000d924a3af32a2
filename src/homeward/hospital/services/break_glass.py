"""Seeing who a restricted person is: for a reason, for an hour, and reviewed."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from homeward.core.domain.roles import Permission
from homeward.core.errors import HomewardError
from homeward.core.models import User
from homeward.core.services import audit
from homeward.hospital.models import BreakGlass, Person
from homeward.hospital.queries.scope import visible_people

OPEN_FOR = timedelta(minutes=60)


class MayNotOpen(HomewardError):
    """The role has no right to it."""


class AlreadyReviewed(HomewardError):
    """Someone else has written a review."""


@transaction.atomic
def open_record(*, person: UUID, reason: str, by: User, at: datetime) -> BreakGlass:
    """Let one user see who a restricted person is for the next 60 minutes.

    Raises Person.DoesNotExist for a person of another organisation and MayNotOpen when the
    role may not break the glass.
    """
    if by.acting is None or not by.may(Permission.BREAK_GLASS):
        raise MayNotOpen(
            "Your role cannot open a restricted record. Ask the ward or a coordinator."
        )
    found: Person = visible_people(by).get(pk=person)
    opened = BreakGlass.objects.create(
        person=found,
        organisation_id=by.acting.organisation_id,
        reason=reason,
        by=by,
        at=at,
        expires_at=at + OPEN_FOR,
    )
    audit.record("break_glass.opened", by=by, at=at, subjects=[person], reason=reason)
    return opened


@transaction.atomic
def review_opening(*, opening: UUID, note: str, by: User, at: datetime) -> BreakGlass:
    """Write down what a reviewer makes of one break-glass.

    Raises BreakGlass.DoesNotExist for another organisation's, MayNotOpen when the role may
    not review or the reviewer is the one who broke the glass, AlreadyReviewed when it is done.
    """
    if by.acting is None or not by.may(Permission.REVIEW_ACCESS):
        raise MayNotOpen("Your role cannot review access.")
    found: BreakGlass = BreakGlass.objects.select_for_update().get(
        pk=opening, organisation_id=by.acting.organisation_id
    )
    if found.by_id == by.pk:
        raise MayNotOpen("Someone else must review a record that you opened.")
    if found.reviewed_at is not None:
        raise AlreadyReviewed("This has been reviewed already.")
    found.reviewed_at, found.reviewed_by, found.review_note = at, by, note
    found.save(update_fields=("reviewed_at", "reviewed_by", "review_note"))
    audit.record("break_glass.reviewed", by=by, at=at, subjects=[found.person_id])
    return found

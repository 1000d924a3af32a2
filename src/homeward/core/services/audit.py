"""Who did and saw what: written in the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from homeward.core.domain import chain
from homeward.core.models import AuditEvent, AuditSubject, Membership, Organisation, User


@transaction.atomic
def record(
    action: str,
    *,
    by: User | None,
    at: datetime,
    subjects: Iterable[UUID] = (),
    organisation: Organisation | None = None,
    **detail: object,
) -> AuditEvent:
    """Add one event to the audit trail. It stands or falls with the caller's transaction.

    action: what was done, as "noun.past" ("person.viewed", "people.listed").
    by: who did it; None for a command or somebody not signed in.
    subjects: keys of every person shown or changed. A list view is one event with all its ids.
    organisation: acted for; the one that `by` acts as unless given.
    detail: short facts; no names of patients, no fractions (see `chain.plain`). The role
    that `by` acts in is added as `role`.
    Three or fewer queries, however many subjects.
    """
    acting = by.acting if by else None
    if acting is not None:
        detail.setdefault("role", acting.role)
    shown = list(dict.fromkeys(subjects))
    event = AuditEvent.objects.create(
        at=at,
        action=action,
        by=by,
        organisation_id=_acted_for(organisation, acting),
        subjects=[str(subject) for subject in shown],
        detail=chain.plain(detail),
    )
    AuditSubject.objects.bulk_create(AuditSubject(event=event, subject=s) for s in shown)
    return event


def _acted_for(organisation: Organisation | None, acting: Membership | None) -> UUID | None:
    if organisation is not None:
        return organisation.pk
    return acting.organisation_id if acting is not None else None

"""Seeing people leaves a trace: one event for a list, one for a person."""

import base64
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing

from homeward.core.models import User
from homeward.core.services import audit

# After this long a list left open on a screen is a new view of everyone on it.
SEEN_FOR = timedelta(hours=12)
SHORT_BYTES = 6


def list_seen(*, people: Sequence[UUID], by: User, at: datetime, **detail: object) -> str:
    """Audit that these people were shown in a list. Returns what a refresh must bring back.

    Only people whose identity was shown belong in `people`. detail: short facts about the
    list, such as its filter.
    """
    audit.record("list.viewed", by=by, at=at, subjects=people, organisation=None, **detail)
    return _token(people, by)


def list_refreshed(
    *, people: Sequence[UUID], seen: str, by: User, at: datetime, **detail: object
) -> str:
    """Audit whoever a refreshed list shows that was not there before; nobody new, no event.

    seen: what the last view or refresh returned. One that is not ours, another user's or
    too old counts as nothing seen. Returns what the next refresh must bring back.
    """
    before = _seen_before(seen, by)
    new = [person for person in people if _short(person) not in before]
    if new:
        audit.record(
            "list.viewed",
            by=by,
            at=at,
            subjects=new,
            organisation=None,
            refresh=True,
            **detail,
        )
        return _token(people, by)
    return seen


def person_seen(*, person: UUID, by: User, at: datetime) -> None:
    """Audit that someone opened the page of one person."""
    audit.record("person.viewed", by=by, at=at, subjects=[person])


def _short(person: UUID) -> bytes:
    return person.bytes[:SHORT_BYTES]


def _signer(by: User) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"homeward.hospital.list-seen.{by.pk}")


def _token(people: Iterable[UUID], by: User) -> str:
    packed = b"".join(_short(person) for person in people)
    return _signer(by).sign(base64.urlsafe_b64encode(packed).decode())


def _seen_before(seen: str, by: User) -> set[bytes]:
    try:
        packed = base64.urlsafe_b64decode(_signer(by).unsign(seen, max_age=SEEN_FOR))
    except (signing.BadSignature, ValueError):
        return set()
    return {packed[i : i + SHORT_BYTES] for i in range(0, len(packed), SHORT_BYTES)}

"""Seeing a message leaves a trace on everyone it names."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from homeward.core.models import User
from homeward.core.services import audit


def message_seen(
    *, receipt: int, people: Iterable[UUID], masked: bool, by: User, at: datetime
) -> None:
    """Audit that someone opened a message. people: those whose identity was shown."""
    audit.record("message.viewed", by=by, at=at, subjects=people, receipt=receipt, masked=masked)


def log_of_person_seen(*, person: UUID, by: User, at: datetime) -> None:
    """Audit that someone listed the messages about one person by name."""
    audit.record("message.listed", by=by, at=at, subjects=[person])

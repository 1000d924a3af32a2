"""Tables every room stands on."""

from homeward.core.models.audit import AuditEvent, AuditLink, AuditSubject
from homeward.core.models.base import BaseModel
from homeward.core.models.feeds import FeedStatus
from homeward.core.models.organisations import Organisation
from homeward.core.models.scoped import ScopedQuerySet
from homeward.core.models.users import Membership, User

__all__ = [
    "AuditEvent",
    "AuditLink",
    "AuditSubject",
    "BaseModel",
    "FeedStatus",
    "Membership",
    "Organisation",
    "ScopedQuerySet",
    "User",
]

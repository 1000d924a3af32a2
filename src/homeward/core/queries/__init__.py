"""Questions about users, access and health. Each says how many SQL queries it makes."""

from homeward.core.queries.access import (
    AuditFound,
    AuditRow,
    AuditWanted,
    Look,
    audit_events,
    in_words,
    views_of,
    who_did,
)
from homeward.core.queries.state import FeedPulse, Health, feed_pulses, health, pulses_of
from homeward.core.queries.users import (
    HeldRole,
    Member,
    current_member,
    has_current_membership,
    members,
    organisation_by_code,
    role_name,
    roles_of,
    user_by_email,
    user_of_session,
)

__all__ = [
    "AuditFound",
    "AuditRow",
    "AuditWanted",
    "FeedPulse",
    "Health",
    "HeldRole",
    "Look",
    "Member",
    "audit_events",
    "current_member",
    "feed_pulses",
    "has_current_membership",
    "health",
    "in_words",
    "members",
    "organisation_by_code",
    "pulses_of",
    "role_name",
    "roles_of",
    "user_by_email",
    "user_of_session",
    "views_of",
    "who_did",
]

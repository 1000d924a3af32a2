"""What each role may do. One table, read by every room."""

from enum import StrEnum


class Role(StrEnum):
    """A person's job in the organisation they act for."""

    WARD_NURSE = "ward_nurse"
    DISCHARGE_COORDINATOR = "discharge_coordinator"
    CASE_MANAGER = "case_manager"
    PROVIDER = "provider"
    SOCIAL_WORKER = "social_worker"
    CONTROL_CENTRE = "control_centre"
    ANALYST = "analyst"
    INTEGRATION_ENGINEER = "integration_engineer"
    PRIVACY_OFFICER = "privacy_officer"
    ADMINISTRATOR = "administrator"


ROLE_NAMES: dict[Role, str] = {
    Role.WARD_NURSE: "Ward nurse",
    Role.DISCHARGE_COORDINATOR: "Discharge coordinator",
    Role.CASE_MANAGER: "Hub case manager",
    Role.PROVIDER: "Care provider",
    Role.SOCIAL_WORKER: "Social worker",
    Role.CONTROL_CENTRE: "Control centre manager",
    Role.ANALYST: "Information analyst",
    Role.INTEGRATION_ENGINEER: "Integration engineer",
    Role.PRIVACY_OFFICER: "Privacy officer",
    Role.ADMINISTRATOR: "Administrator",
}


class Permission(StrEnum):
    """One thing a role may do with its own organisation's data."""

    SEE_PEOPLE = "see_people"
    EXPORT_PEOPLE = "export_people"
    BREAK_GLASS = "break_glass"
    SEE_MESSAGES = "see_messages"
    MEND_MESSAGES = "mend_messages"
    REVIEW_ACCESS = "review_access"
    MANAGE_MEMBERS = "manage_members"


P = Permission
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.WARD_NURSE: frozenset({P.SEE_PEOPLE, P.BREAK_GLASS}),
    Role.DISCHARGE_COORDINATOR: frozenset({P.SEE_PEOPLE, P.EXPORT_PEOPLE, P.BREAK_GLASS}),
    Role.CASE_MANAGER: frozenset({P.SEE_PEOPLE, P.EXPORT_PEOPLE, P.BREAK_GLASS}),
    Role.PROVIDER: frozenset(),
    Role.SOCIAL_WORKER: frozenset(),
    Role.CONTROL_CENTRE: frozenset({P.SEE_PEOPLE, P.EXPORT_PEOPLE}),
    Role.ANALYST: frozenset({P.SEE_PEOPLE, P.EXPORT_PEOPLE}),
    Role.INTEGRATION_ENGINEER: frozenset({P.SEE_PEOPLE, P.SEE_MESSAGES, P.MEND_MESSAGES}),
    Role.PRIVACY_OFFICER: frozenset({P.SEE_PEOPLE, P.REVIEW_ACCESS}),
    Role.ADMINISTRATOR: frozenset({P.MANAGE_MEMBERS, P.REVIEW_ACCESS}),
}


def may(role: Role | str, permission: Permission) -> bool:
    """Whether this role has this permission; an unknown role has none."""
    return role in set(Role) and permission in PERMISSIONS[Role(role)]

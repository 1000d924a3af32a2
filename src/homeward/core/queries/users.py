"""Questions about users and what they may act as."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from homeward.core.domain.roles import ROLE_NAMES, Permission, Role
from homeward.core.models import Membership, Organisation, User


def user_of_session(user_id: object) -> User | None:
    """A user with the membership they act in and its organisation. One query.

    A membership that has ended is not acted in, whatever the row says.
    """
    try:
        key = user_id if isinstance(user_id, UUID) else UUID(str(user_id))
    except ValueError:
        return None
    user = User.objects.select_related("acting__organisation").filter(pk=key).first()
    if user is not None and user.acting is not None and user.acting.left_at is not None:
        user.acting = None
    return user


def user_by_email(email: str) -> User | None:
    """The user with that address, with whom they act for. One query."""
    return User.objects.select_related("acting__organisation").filter(email__iexact=email).first()


def organisation_by_code(ods_code: str) -> Organisation | None:
    """The organisation with that code. One query."""
    return Organisation.objects.filter(ods_code=ods_code.strip().upper()).first()


def has_current_membership(user: User) -> bool:
    """Whether the user belongs to any organisation now. One query."""
    return user.memberships.filter(left_at=None).exists()


@dataclass(frozen=True, slots=True)
class HeldRole:
    """One membership of a user, as the page to switch shows it."""

    id: UUID
    organisation: str
    role: str
    ward: str
    acting: bool


def roles_of(user: User) -> list[HeldRole]:
    """What this user may act as now, by organisation and role. One query."""
    held = user.memberships.select_related("organisation").filter(left_at=None)
    return [
        HeldRole(m.pk, m.organisation.name, role_name(m.role), m.ward_code, m.pk == user.acting_id)
        for m in held
    ]


def role_name(role: str) -> str:
    """The role in words; the code itself when it is unknown."""
    return ROLE_NAMES[Role(role)] if role in set(Role) else role


@dataclass(frozen=True, slots=True)
class Member:
    """One membership, as an administrator sees it."""

    id: UUID
    name: str
    email: str
    role: str
    ward: str
    last_signed_in_at: datetime | None
    left_at: datetime | None
    is_self: bool


def members(*, user: User) -> list[Member]:
    """Everyone who belongs or belonged to the acting organisation, present first. One query."""
    if user.acting is None or not user.may(Permission.MANAGE_MEMBERS):
        return []
    rows = Membership.objects.select_related("user").filter(
        organisation_id=user.acting.organisation_id
    )
    ordered = sorted(rows, key=lambda m: (m.left_at is not None, str(m.user).lower(), m.role))
    return [_member(row, user) for row in ordered]


def current_member(*, user: User, membership_id: UUID) -> Member | None:
    """One membership of the acting organisation that this user may end. One query."""
    if user.acting is None or not user.may(Permission.MANAGE_MEMBERS):
        return None
    row = (
        Membership.objects.select_related("user")
        .filter(pk=membership_id, organisation_id=user.acting.organisation_id, left_at=None)
        .exclude(user=user)
        .first()
    )
    return _member(row, user) if row is not None else None


def _member(row: Membership, user: User) -> Member:
    return Member(
        row.pk,
        str(row.user),
        row.user.email,
        role_name(row.role),
        row.ward_code,
        row.user.last_login,
        row.left_at,
        row.user_id == user.pk,
    )

"""Who belongs to which organisation, in which role, and whom a user acts for now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from homeward.core.domain.roles import ROLE_NAMES, Permission, Role
from homeward.core.errors import HomewardError
from homeward.core.models import Membership, Organisation, User
from homeward.core.services import audit


class NotAllowed(HomewardError):
    """The acting role does not include this."""


class AlreadyMember(HomewardError):
    """That person already has that role there."""


class CannotEndOwnMembership(HomewardError):
    """Nobody ends the membership they are acting in: somebody must be left to undo it."""


@dataclass(frozen=True, slots=True)
class Added:
    """A new membership, and whether its user had to be made."""

    membership: Membership
    new_user: bool


@transaction.atomic
def add_member(
    *,
    email: str,
    role: Role,
    by: User,
    at: datetime,
    name: str = "",
    site_code: str = "",
    ward_code: str = "",
) -> Added:
    """Give someone a role in the organisation that `by` acts for. Makes the user when new.

    at: the moment, timezone-aware. site_code and ward_code: the ward they work on, if any.
    Raises NotAllowed when `by` may not manage members, AlreadyMember when they have that role.
    """
    return appoint(
        email=email,
        role=role,
        organisation=_managed_by(by),
        by=by,
        at=at,
        name=name,
        site_code=site_code,
        ward_code=ward_code,
    )


@transaction.atomic
def appoint(
    *,
    email: str,
    role: Role,
    organisation: Organisation,
    by: User | None,
    at: datetime,
    name: str = "",
    site_code: str = "",
    ward_code: str = "",
) -> Added:
    """Give someone a role in any organisation: for the command line and the demo.

    Raises AlreadyMember when they have that role on that ward already.
    """
    user, new_user = _user_for(email, name)
    # Locking the user makes two people who add the same member wait for each other.
    User.objects.select_for_update().get(pk=user.pk)
    held = user.memberships.filter(
        organisation=organisation, role=role, site_code=site_code, ward_code=ward_code, left_at=None
    )
    if held.exists():
        raise AlreadyMember(f"{user} already has the role {ROLE_NAMES[role].lower()} here")
    membership = Membership.objects.create(
        user=user, organisation=organisation, role=role, site_code=site_code, ward_code=ward_code
    )
    audit.record(
        "membership.added",
        by=by,
        at=at,
        organisation=organisation,
        member=user.email,
        given=role,
        ward=ward_code,
    )
    return Added(membership, new_user)


@transaction.atomic
def end_membership(*, membership_id: UUID, by: User, at: datetime) -> Membership:
    """End someone's role in the organisation that `by` acts for, from this moment.

    Raises Membership.DoesNotExist for another organisation's or an ended membership,
    NotAllowed and CannotEndOwnMembership.
    """
    current = Membership.objects.select_for_update().filter(
        organisation=_managed_by(by), left_at=None
    )
    membership = current.get(pk=membership_id)
    if membership.user_id == by.pk:
        raise CannotEndOwnMembership(
            "You cannot end your own membership. Ask another administrator to end it"
        )
    membership.left_at = at
    membership.save(update_fields=["left_at"])
    User.objects.filter(acting=membership).update(acting=None)
    audit.record(
        "membership.ended",
        by=by,
        at=at,
        member=membership.user.email,
        taken=membership.role,
        ward=membership.ward_code,
    )
    return membership


@transaction.atomic
def switch_acting(*, membership_id: UUID, by: User, at: datetime) -> Membership:
    """Act in another of one's own memberships from now on.

    Raises Membership.DoesNotExist when it is somebody else's or has ended.
    """
    mine = Membership.objects.select_related("organisation").filter(user=by, left_at=None)
    membership = mine.get(pk=membership_id)
    before = by.acting_id
    by.acting = membership
    by.save(update_fields=["acting"])
    audit.record("acting.switched", by=by, at=at, before=before, after=membership.pk)
    return membership


def choose_acting(*, user: User) -> None:
    """At sign-in: go on in the last membership used, or take the only one there is.

    Somebody with several and no last one acts as nobody until they choose.
    """
    current = list(user.memberships.select_related("organisation").filter(left_at=None)[:50])
    last = next((held for held in current if held.pk == user.acting_id), None)
    user.acting = last or (current[0] if len(current) == 1 else None)
    user.save(update_fields=["acting"])


def _managed_by(by: User) -> Organisation:
    if by.acting is None or not by.may(Permission.MANAGE_MEMBERS):
        raise NotAllowed("Your role does not let you change who belongs to your organisation")
    return by.acting.organisation


def _user_for(email: str, name: str) -> tuple[User, bool]:
    """The user with that address, made without a password when there is none."""
    address = email.strip().lower()
    found = User.objects.filter(email__iexact=address).first()
    if found is not None:
        return found, False
    given, _, family = name.strip().rpartition(" ")
    try:
        with transaction.atomic():
            user = User.objects.create_user(address, first_name=given, last_name=family)
    except IntegrityError:
        # Somebody else invited them in this same moment.
        return User.objects.get(email=address), False
    # Whoever invites vouches for the address; the first password comes by a link sent to it.
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user, True

"""Rows for tests of every room, made with as little said as possible."""

from itertools import count
from typing import Any

from homeward.core.domain.roles import Role
from homeward.core.models import Membership, Organisation, User

_numbers = count(1)


def make_organisation(ods: str | None = None, **fields: Any) -> Organisation:
    """An acute trust. The same code twice gives the same organisation."""
    number = next(_numbers)
    code = ods or f"ZX{number:04d}"
    defaults = {"name": f"Test Trust {code}", "kind": "trust"} | fields
    return Organisation.objects.get_or_create(ods_code=code, defaults=defaults)[0]


def make_membership(
    user: User,
    organisation: Organisation | None = None,
    role: Role = Role.WARD_NURSE,
    ward: str = "",
    site: str = "",
    **fields: Any,
) -> Membership:
    """A user's role in an organisation, not yet acted in."""
    return Membership.objects.create(
        user=user,
        organisation=organisation or make_organisation(),
        role=role,
        ward_code=ward,
        site_code=site,
        **fields,
    )


def make_user(
    role: Role | None = Role.WARD_NURSE,
    organisation: Organisation | None = None,
    ward: str = "",
    site: str = "",
    password: str | None = None,
    **fields: Any,
) -> User:
    """A user who acts in that role for that organisation; role None: who belongs nowhere."""
    number = next(_numbers)
    email = fields.pop("email", f"user{number}@example.org")
    names = {"first_name": "Robin", "last_name": f"Example{number}"} | fields
    user = User.objects.create_user(email, password, **names)
    if role is not None:
        user.acting = make_membership(user, organisation, role, ward, site)
        user.save(update_fields=["acting"])
    return user

"""Give someone a role from the command line: how the first administrator comes in."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from homeward.core import queries
from homeward.core.domain.roles import Role
from homeward.core.errors import BadInput
from homeward.core.services import invitations, memberships


class Command(BaseCommand):
    """Adds a membership and prints the page where a new user sets their password."""

    help = "Give someone a role in an organisation; prints where a new user sets their password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, in which organisation and as what."""
        parser.add_argument("email")
        parser.add_argument("organisation", metavar="ODS", help="code of a loaded organisation")
        parser.add_argument("role", choices=[role.value for role in Role])
        parser.add_argument("--name", default="")
        parser.add_argument("--ward", default="", help="code of the ward they work on")
        parser.add_argument("--site", default="", help="code of that ward's site")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was done. Somebody who has the role already is not added twice."""
        try:
            validate_email(options["email"])
        except ValidationError:
            raise BadInput(f"{options['email']} is not an email address") from None
        organisation = queries.organisation_by_code(options["organisation"])
        if organisation is None:
            raise BadInput(f"no organisation has the code {options['organisation']}")
        try:
            added = memberships.appoint(
                email=options["email"],
                role=Role(options["role"]),
                organisation=organisation,
                by=None,
                at=timezone.now(),
                name=options["name"],
                site_code=options["site"],
                ward_code=options["ward"],
            )
        except memberships.AlreadyMember:
            self.stdout.write("added=0")
            return
        self.stdout.write(f"added=1 new_user={added.new_user}")
        if added.new_user:
            self.stdout.write(invitations.first_password_path(added.membership.user))

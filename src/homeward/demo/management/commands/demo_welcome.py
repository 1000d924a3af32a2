"""Say where the demo is and who can sign in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from homeward.demo.cast import CAST, PASSWORD


class Command(BaseCommand):
    """Used by `homeward demo`."""

    help = "Print the demo's address and its sign-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        """The address it will be served at."""
        parser.add_argument("address")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each person of the cast."""
        self.stdout.write(f"\nHomeward is at {options['address']}")
        self.stdout.write("Sign in with one click there, or with these addresses:")
        for actor in CAST:
            self.stdout.write(f"  {actor.email:<28} {actor.job}")
        self.stdout.write(f"The password of all of them is {PASSWORD}")
        self.stdout.write("Every person and place is fictional. Press ctrl-C to stop.")
        self.stdout.flush()

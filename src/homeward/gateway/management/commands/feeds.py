"""Show the feeds."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from homeward.gateway.services.feeds import all_feeds_as_dicts


class Command(BaseCommand):
    """One line a feed."""

    help = "Show each feed, its settings and when it was last heard."

    def add_arguments(self, parser: CommandParser) -> None:
        """Only the form."""
        parser.add_argument("--json", action="store_true", help="print JSON Lines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print every feed by name."""
        for feed in all_feeds_as_dicts():
            if options["json"]:
                self.stdout.write(json.dumps(feed))
            else:
                heard = feed["last_heard_at"] or "never"
                self.stdout.write(
                    f"{feed['name']} organisation={feed['organisation']} "
                    f"sender={feed['application'] or '*'}|{feed['facility'] or '*'} heard={heard}"
                )

"""Add a feed or change its settings."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from homeward.core.errors import BadInput
from homeward.gateway.domain.settings import SETTABLE
from homeward.gateway.services.feeds import (
    feed_as_dict,
    receiving_organisation,
    set_feed,
)

YES, NO = frozenset({"yes", "true", "on", "1"}), frozenset({"no", "false", "off", "0"})
SWITCHES = frozenset({"strict", "control_id_unique", "enabled"})
NUMBERS = frozenset({"repeat_window_days", "silent_after_minutes"})
JSON = frozenset({"class_map", "fact_map"})


class Command(BaseCommand):
    """A feed is data; this is its front door for people with a keyboard."""

    help = "Add a feed or change its settings, as in: homeward set-feed pas --org R0A strict=yes"

    def add_arguments(self, parser: CommandParser) -> None:
        """The feed's name, its organisation, and settings as NAME=VALUE."""
        parser.add_argument("name")
        parser.add_argument("--org", required=True, help="ODS code of the receiving organisation")
        parser.add_argument("--org-name", default="", help="its name, if it is not loaded yet")
        parser.add_argument(
            "settings", nargs="*", metavar="NAME=VALUE", help=f"any of {', '.join(SETTABLE)}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Set it and print the feed as it now is."""
        values = dict(_pair(text) for text in options["settings"])
        organisation = receiving_organisation(options["org"], name=options["org_name"])
        feed = set_feed(name=options["name"], organisation=organisation, values=values)
        self.stdout.write(json.dumps(feed_as_dict(feed), indent=2))


def _pair(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BadInput(f"{text!r} is not of the form NAME=VALUE")
    if name in SWITCHES:
        if value.lower() not in YES | NO:
            raise BadInput(f"{name} is yes or no, not {value!r}")
        return name, value.lower() in YES
    try:
        return name, json.loads(value) if name in JSON else int(value) if name in NUMBERS else value
    except ValueError:
        kind = "JSON" if name in JSON else "a whole number"
        raise BadInput(f"{name} must be {kind}, not {value!r}") from None

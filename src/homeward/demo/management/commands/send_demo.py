"""Send the demo's live messages."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from homeward.core.errors import BadInput
from homeward.demo.services.sending import send_for_ever


class Command(BaseCommand):
    """Used by `homeward demo --live`."""

    help = "Go on sending the demo hospitals' messages over MLLP, in accelerated time."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the listener is, and how fast time runs."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=2575)
        parser.add_argument("--speed", type=float, default=60.0)

    def handle(self, *args: Any, **options: Any) -> None:
        """Send until stopped."""
        try:
            send_for_ever(
                host=options["host"],
                port=options["port"],
                speed=options["speed"],
                clock=timezone.now,
                say=self.stdout.write,
            )
        except OSError as error:
            raise BadInput(f"{options['host']}:{options['port']}: {error}") from None

"""Put people already in bed, and past spells, into the message log."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from homeward.gateway.services.load_spells import load_spells


class Command(BaseCommand):
    """For the day a feed goes live, which says nothing of who came before it."""

    help = "Put spells from a CSV file into a feed's message log. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and the feed it speaks for."""
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--feed", required=True, help="the feed whose hospital this is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load all rows or, when one is bad, none; print counts."""
        loaded = load_spells(path=options["file"], feed=options["feed"], clock=timezone.now)
        counts = loaded.counts
        self.stdout.write(
            f"rows={loaded.rows} messages={counts.received} applied={counts.applied} "
            f"duplicate={counts.duplicate} quarantined={counts.quarantined} "
            f"rejected={counts.rejected}"
        )

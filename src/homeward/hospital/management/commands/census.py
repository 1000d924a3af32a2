"""Compare the live list with the hospital's own."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from homeward.hospital.domain.census import DIFFERENCE_WORDS
from homeward.hospital.domain.length_of_stay import last_midnight
from homeward.hospital.management.arguments import moment, one_hospital
from homeward.hospital.services.census import read_census, record_census


class Command(BaseCommand):
    """Every difference is one line; the counts come last."""

    help = (
        "Compare the live list with the hospital's midnight list (CSV) and keep the result. "
        "docs/reference/census.md names the columns."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which list, of when, of whom."""
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--at", metavar="TIME", help="when the list was true (last midnight)")
        parser.add_argument("--org", metavar="ODS", help="needed when there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the whole file, compare, keep, print."""
        now = timezone.now()
        at = moment(options["at"]) if options["at"] else last_midnight(now)
        rows = read_census(options["file"])
        hospital = one_hospital(options["org"])
        result = record_census(organisation=hospital.id, rows=rows, at=at, now=now)
        for difference in result.differences:
            self.stdout.write(
                f"{DIFFERENCE_WORDS[difference.kind]}: {difference.who}, "
                f"theirs {difference.theirs or '-'}, ours {difference.ours or '-'}"
            )
        self.stdout.write(
            f"agreed={result.agreed} total={result.total} differences={len(result.differences)}"
        )

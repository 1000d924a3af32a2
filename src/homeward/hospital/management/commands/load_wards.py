"""Load the hospital's own list of wards and beds."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from homeward.hospital.management.arguments import one_hospital
from homeward.hospital.services.wards import load_wards, read_wards


class Command(BaseCommand):
    """Reads the whole file, then loads it or nothing."""

    help = (
        "Load names of wards and their beds (CSV; docs/reference/load-wards.md). Safe to run "
        "again; a bad row stops the load."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, and whose wards."""
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--org", metavar="ODS", help="needed when there are several")
        parser.add_argument(
            "--complete", action="store_true", help="close the wards that the file does not name"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print counts."""
        wards = read_wards(options["file"])
        hospital = one_hospital(options["org"])
        done = load_wards(
            wards, organisation=hospital.id, at=timezone.now(), complete=options["complete"]
        )
        self.stdout.write(
            f"wards={done.wards} wards_added={done.wards_added} wards_changed={done.wards_changed} "
            f"beds={done.beds} beds_added={done.beds_added} beds_closed={done.beds_closed}"
        )
